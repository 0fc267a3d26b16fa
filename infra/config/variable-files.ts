import { readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "@pulumi/pulumi";
import { parse } from "dotenv";
import { projectRoot } from "../project.ts";
import { configError } from "./errors.ts";
import { readStructured, textsOf } from "./read.ts";
import type { VariableSource } from "./variables.ts";

/** Reads the files that `clerk-convex:variableFiles` lists, in dotenv's format; later ones go first. */
export function readVariableFiles(config: Config): VariableSource[] {
  const setting = "clerk-convex:variableFiles";
  const files = textsOf(readStructured(config, "variableFiles") ?? [], setting);
  return files.map((file, index) => {
    const from = `${setting}[${index}] (${file})`;
    return { setting: from, variables: parse(contentOf(path.resolve(projectRoot, file), from)) };
  });
}

function contentOf(file: string, setting: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw configError(
      `${setting} cannot be read (${code})`,
      `Give the path of a file, relative to ${projectRoot}`,
      "CONFIG_VARIABLE_FILE",
    );
  }
}
