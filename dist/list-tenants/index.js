import { listTenants } from "../lib/index.js";
await listTenants();
