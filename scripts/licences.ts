/** The licences of what is bundled, as a file beside the bundle. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Packages that name the MIT licence in their package.json and ship no text of it, with their author there. */
const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  "@cfworker/json-schema": "Jeremy Danyow",
};

interface Lock {
  packages: Readonly<Record<string, { dependencies?: Readonly<Record<string, string>> }>>;
}

/** Name, licence and its text of every package that the runtime can bring with it, one after the other, sorted. */
export function bundledLicences(root: string): string {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  return [...runtimePackages(lock)]
    .sort()
    .map((name) => licenceOf(name, join(root, "node_modules", name)))
    .join("\n");
}

/** Every package that the dependencies of the runtime bring with them, from package-lock.json. */
export function runtimePackages(lock: Lock): Set<string> {
  const found = new Set<string>();
  const queue = Object.keys(lock.packages[""]?.dependencies ?? {});
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (found.has(name)) continue;
    found.add(name);
    queue.push(...Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {}));
  }
  return found;
}

function licenceOf(name: string, folder: string): string {
  const { license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { license: string };
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.|$)/i.test(each));
  const author = WITHOUT_TEXT[name];
  const text = file ? readFileSync(join(folder, file), "utf8") : author && license === "MIT" && mit(author);
  if (!text) throw new Error(`${name} (${license}) ships no text of its licence`);
  return `${name}\n${license}\n${text.trim()}\n`;
}

function mit(author: string): string {
  return `MIT License

Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}
