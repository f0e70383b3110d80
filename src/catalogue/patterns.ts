import type { Pattern } from "./model.ts";

/** Forms of text that several charts share. Each says in `expected` what a message should say. */

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const HOST_NAME = `${LABEL}(\\.${LABEL})*`;

/** A host of an Ingress: RFC 1123 with at least two labels, no scheme, port or path. */
export const HOST: Pattern = {
  expression: new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL})+$`),
  expected: "a bare host name such as app.ml.example.com, without scheme, port or path",
};

/** The domain of a cookie. Charts put a dot before it. */
export const DOMAIN: Pattern = {
  expression: HOST.expression,
  expected: "a bare domain such as ml.example.com, without scheme, port, path or leading dot",
};

/** The address of a ClearML service as its clients call it; a service name of the cluster is one label or more. */
export const API_URL: Pattern = {
  expression: new RegExp(`^https?://${HOST_NAME}(:\\d{1,5})?$`),
  expected: "a URL such as https://api.ml.example.com, without trailing slash or path",
};

/** Where artifacts go: the file server, or an object store. */
export const FILES_URL: Pattern = {
  expression: new RegExp(`^(https?://${HOST_NAME}(:\\d{1,5})?|(s3|gs|azure)://\\S+)$`),
  expected: "a URL such as https://files.ml.example.com or s3://bucket/folder, without trailing slash",
};

export const HTTP_URL: Pattern = {
  expression: /^https?:\/\/[^\s<>]+$/,
  expected: "a URL that starts with http:// or https://",
};

export const HOST_OR_IP: Pattern = {
  expression: new RegExp(`^(${HOST_NAME}|[0-9a-fA-F:]*:[0-9a-fA-F:]+)$`),
  expected: "a host name or an IP address, without scheme, port or path",
};

export const IP: Pattern = {
  expression: /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]+)$/,
  expected: "an IP address",
};

/** Name of a Kubernetes object that becomes a DNS label. */
export const OBJECT_NAME: Pattern = {
  expression: new RegExp(`^(?=.{1,253}$)${HOST_NAME}$`),
  expected: "a Kubernetes name: lower-case letters, digits and dashes",
};

export const LABEL_VALUE: Pattern = {
  expression: /^(?=.{0,63}$)([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
  expected: "a label value: at most 63 letters, digits, dashes, dots and underscores",
};

/** Kubernetes' own rule for the names of environment variables. */
export const ENVIRONMENT_NAME: Pattern = {
  expression: /^[-._a-zA-Z][-._a-zA-Z0-9]*$/,
  expected: "a name of letters, digits, dots, dashes and underscores that does not start with a digit",
};

export const COOKIE_NAME: Pattern = {
  expression: /^[A-Za-z0-9_-]+$/,
  expected: "a cookie name of letters, digits, dashes and underscores",
};

/** Id of a company as the server makes it. */
export const COMPANY_ID: Pattern = {
  expression: /^[0-9a-f]{32}$/,
  expected: "a company id of 32 hexadecimal digits",
};

/** Made by the server (30 upper-case letters and digits) or by an operator. */
export const ACCESS_KEY: Pattern = {
  expression: /^[A-Za-z0-9]{16,}$/,
  expected: "an access key of at least 16 letters and digits",
};

export const SECRET_KEY: Pattern = {
  expression: /^[A-Za-z0-9_-]{32,}$/,
  expected: "a secret key of at least 32 letters, digits, dashes and underscores",
};

export const MONGO_URI: Pattern = {
  expression: /^mongodb(\+srv)?:\/\/\S+$/,
  expected: "a URI that starts with mongodb:// or mongodb+srv://",
};

/** Key of a ConfigMap that the API server reads as configuration. */
export const CONFIG_FILE: Pattern = {
  expression: /^[-._a-zA-Z0-9]+\.conf$/,
  expected: "a file name that ends in .conf",
};

export const QUEUE_NAME: Pattern = {
  expression: /^\S{3,}$/,
  expected: "a queue name of at least 3 characters without blanks",
};

/** A quantity of Kubernetes, such as 500m or 2Gi. */
export const QUANTITY: Pattern = {
  expression: /^\d+(\.\d+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/,
  expected: "a quantity such as 500m, 2 or 4Gi",
};

export const RESOURCE_PATH: Pattern = {
  expression: /^[^|\s]+(\|[^|\s]+)+$/,
  expected: "two or more names joined by `|`, such as resources|limits|nvidia.com/gpu",
};

export const CRON: Pattern = {
  expression: /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|(\S+\s+){4}\S+)$/,
  expected: "a cron schedule of five fields, or @daily and the like",
};
