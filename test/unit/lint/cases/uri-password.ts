import { file, type RuleCase } from "./model.ts";

const uri = (text: string) => `externalServices:\n  mongodbConnectionStringAuth: ${text}\n`;

export const cases: readonly RuleCase[] = [
  file(
    "uri-password",
    "control-plane",
    "an at sign",
    uri("mongodb://u:p@ss@mongo:27017/auth"),
    ["warning 2:32"],
    uri("mongodb://mongo:27017/auth"),
  ),
  file(
    "uri-password",
    "control-plane",
    "a percent sign",
    uri("mongodb+srv://u:100%x@mongo/auth"),
    ["warning 2:32"],
    uri("mongodb+srv://u:${PASSWORD}@mongo/auth"),
  ),
  file(
    "uri-password",
    "control-plane",
    "a password that is known in part",
    uri("mongodb://u:a/b@mongo/auth"),
    ["warning 2:32"],
    uri("mongodb://u:${PASSWORD}/b@mongo/auth"),
  ),
  file(
    "uri-password",
    "control-plane",
    "a user without a password, and an address of something else",
    uri("mongodb://u:a:b@mongo/auth"),
    ["warning 2:32"],
    `${uri("mongodb://u@mongo/auth")}clearml:\n  extraIndexUrl: https://u:a:b@pypi.example.com/simple\n`,
  ),
];
