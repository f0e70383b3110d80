import { deployTenant } from "../lib/index.js";
await deployTenant();
