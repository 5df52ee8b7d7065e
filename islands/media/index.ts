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

// What a change answered with is shown at the address of the list, so that going back asks for the list and sends nothing again.
const here = document.querySelector<HTMLElement>(".media-screen")?.dataset.here;
if (here && !location.pathname.endsWith("/media")) history.replaceState(null, "", here);

// On a narrow screen the files come before the tree of folders, which one touch opens.
const side = document.querySelector<HTMLDetailsElement>(".media-side");
if (side && !matchMedia("(min-width: 60rem)").matches) side.open = false;
