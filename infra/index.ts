export { declareEnvironment as default } from "./program.ts";
