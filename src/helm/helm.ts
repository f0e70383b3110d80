import { readFile } from "node:fs/promises";
import type { Context } from "../core/context.ts";
import { ToolError, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import {
  previewArguments,
  pullArguments,
  type RollbackRequest,
  rollbackArguments,
  type TemplateRequest,
  templateArguments,
  type UninstallRequest,
  type UpgradeRequest,
  uninstallArguments,
  upgradeArguments,
} from "./arguments.ts";
import { type ChartStore, createChartStore } from "./chart-store.ts";
import type { ChartMetadata, LocalChart } from "./chart.ts";
import { type ChartReference, repositoryAliases } from "./chart-reference.ts";
import { explainHelmFailure } from "./failures.ts";
import { type Preview, renderedPreview } from "./preview.ts";
import type { ReleaseRecord } from "./record.ts";
import { parseRelease } from "./stored-release.ts";

export type { ChartMetadata, LocalChart };
