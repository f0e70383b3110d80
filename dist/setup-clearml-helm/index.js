import { setupClearmlHelm } from "../lib/index.js";
await setupClearmlHelm();
