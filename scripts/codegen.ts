import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { ProblemError } from "../infra/errors.ts";
import { differing, type GeneratedFiles, generate, readGenerated } from "./codegen/generate.ts";
import { reference, referenceFile } from "./codegen/reference.ts";

const help = `Generates what follows from other files of the project, without any network:

  convex/_generated   from what is in convex/
  docs/reference.md   from the plugin's schema and the list of settings

Usage: node scripts/codegen.ts [--check]

  --check   write nothing; exit code 1 when a file is not what would be generated
  --help    this text
`;

const project = path.dirname(import.meta.dirname);

async function present(): Promise<GeneratedFiles> {
  const files = await readGenerated(project);
  const page = await readFile(path.join(project, referenceFile), "utf8").catch(() => undefined);
  return page === undefined ? files : files.set(referenceFile, page);
}

async function main(check: boolean): Promise<void> {
  const wanted = (await generate(project)).set(referenceFile, reference());
  const files = differing(await present(), wanted);
  if (check && files.length > 0) {
    throw new ProblemError(
      `Generated files are not current: ${files.join(", ")}`,
      "Run node scripts/codegen.ts and commit what it wrote",
      "CODEGEN_STALE",
    );
  }
  for (const name of files) {
    const file = path.join(project, name);
    const contents = wanted.get(name);
    await mkdir(path.dirname(file), { recursive: true });
    if (contents === undefined) await rm(file, { recursive: true });
    else await writeFile(file, contents);
  }
  console.log(files.length > 0 ? `Wrote ${files.join(", ")}` : "Generated files are current");
}

try {
  const { values } = parseArgs({
    options: { check: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) process.stdout.write(help);
  else await main(values.check === true);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
