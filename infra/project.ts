import path from "node:path";

/** Folder of `Pulumi.yaml`, which paths in settings are relative to. */
export const projectRoot = path.resolve(import.meta.dirname, "..");
