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
