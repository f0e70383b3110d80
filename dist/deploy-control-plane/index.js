import { deployControlPlane } from "../lib/index.js";
await deployControlPlane();
