// The media library's own conveniences: sending files, moving them by drag, counting what is chosen, the focal point.
import { startChoosing } from "./choosing";
import { CropTool } from "./crop-tool";
import { startDragging } from "./dragging";
import { startDraggingFolders } from "./folder-dragging";
import { FocalPoint } from "./focal-point";
import { MediaUpload } from "./upload";

customElements.define("media-upload", MediaUpload);
customElements.define("focal-point", FocalPoint);
customElements.define("crop-tool", CropTool);
startChoosing();
startDragging();
startDraggingFolders();

// On a narrow screen the files come before the tree of folders, which one touch opens.
const side = document.querySelector<HTMLDetailsElement>(".media-side");
if (side && !matchMedia("(min-width: 60rem)").matches) side.open = false;
