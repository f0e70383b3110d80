/** The licences of what is bundled. */

/** Packages that name the MIT licence in their package.json and ship no text of it, with their author there. */
const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  "@cfworker/json-schema": "Jeremy Danyow",
};

interface Licence {
  name: string;
  id: string;
  text: string;
}

/** Reads the file that ncc writes: name, licence and text of each package, one after the other. */
export function parseLicences(file: string, known: ReadonlySet<string>): Licence[] {
  const lines = file.split("\n");
  const starts = lines.flatMap((line, index) =>
    known.has(line) && (index === 0 || lines[index - 1] === "") ? [index] : [],
  );
  return starts.map((start, index) => ({
    name: lines[start] ?? "",
    id: lines[start + 1] ?? "",
    text: lines
      .slice(start + 2, starts[index + 1])
      .join("\n")
      .trim(),
  }));
}

/** The file with the text that the licence wants to be there also for packages that ship none. */
export function completeLicences(file: string, known: ReadonlySet<string>): string {
  const licences = parseLicences(file, known).map(({ name, id, text }) => {
    if (text !== "") return { name, id, text };
    const author = WITHOUT_TEXT[name];
    if (author === undefined || id !== "MIT") throw new Error(`${name} (${id}) ships no text of its licence`);
    return { name, id, text: mit(author) };
  });
  return `${licences.map(({ name, id, text }) => `${name}\n${id}\n${text}`).join("\n\n")}\n`;
}

function mit(author: string): string {
  return `MIT License

Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}

/** Every package that a package of this name can bring with it, from package-lock.json; without names, the runtime's. */
export function closure(lock: Lock): Set<string> {
  const found = new Set<string>();
  const queue = Object.keys(lock.packages[""]?.dependencies ?? {});
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (found.has(name)) continue;
    found.add(name);
    queue.push(...Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {}));
  }
  return found;
}

export interface Lock {
  packages: Readonly<Record<string, { version?: string; dependencies?: Readonly<Record<string, string>> }>>;
}
