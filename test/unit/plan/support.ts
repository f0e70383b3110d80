import { stringify } from "yaml";
import { COMPONENT_IDS, type ComponentId } from "../../../src/catalogue/model.ts";
import { definitionOf } from "../../../src/catalogue/index.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import type { ReleaseRecord } from "../../../src/helm/record.ts";
