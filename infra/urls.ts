import { ProblemError } from "./errors.ts";

/**
 * Refuses an address that would carry credentials in the clear.
 *
 * @param setting name of the setting the address came from
 */
export function requireSafeUrl(address: string, setting: string): URL {
  const url = URL.parse(address);
  if (!url) {
    throw new ProblemError(
      `${setting} is not a URL`,
      `Set ${setting} to an absolute https:// address`,
      "URL_INVALID",
    );
  }
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) {
    throw new ProblemError(
      `${setting} would send credentials over ${url.protocol}// to ${url.hostname}`,
      `Use https://; plain http is accepted for loopback addresses only`,
      "URL_NOT_HTTPS",
    );
  }
  return url;
}

/** The form in which addresses are kept and paths are put behind them. */
export function withoutTrailingSlash(address: string): string {
  return address.replace(/\/+$/, "");
}
