import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { ProblemError } from "../infra/errors.ts";
import { differing, generate, generatedFolder, readGenerated } from "./codegen/generate.ts";

const help = `Generates convex/_generated from what is in convex/, without any network.

Usage: node scripts/codegen.ts [--check]

  --check   write nothing; exit code 1 when a file is not what would be generated
  --help    this text
`;

const project = path.dirname(import.meta.dirname);

async function main(check: boolean): Promise<void> {
  const wanted = await generate(project);
  const stale = differing(await readGenerated(project), wanted);
  const files = stale.map((name) => path.join(generatedFolder, name));
  if (check && stale.length > 0) {
    throw new ProblemError(
      `Generated code is not current: ${files.join(", ")}`,
      "Run node scripts/codegen.ts and commit what it wrote",
      "CODEGEN_STALE",
    );
  }
  await mkdir(path.join(project, generatedFolder), { recursive: true });
  for (const name of stale) {
    const file = path.join(project, generatedFolder, name);
    const contents = wanted.get(name);
    if (contents === undefined) await rm(file, { recursive: true });
    else await writeFile(file, contents);
  }
  console.log(files.length > 0 ? `Wrote ${files.join(", ")}` : "Generated code is current");
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
