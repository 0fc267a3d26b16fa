import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A refusal in the form Clerk gives it. */
export class ClerkError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly longMessage: string;
  readonly meta: Record<string, unknown> | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    details: {
      longMessage?: string;
      meta?: Record<string, unknown>;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.longMessage = details.longMessage ?? message;
    this.meta = details.meta;
    this.headers = details.headers ?? {};
  }
}

// Codes and texts: https://clerk.com/docs/guides/development/errors/backend-api

export const notFound = (longMessage: string, message = "not found"): ClerkError =>
  new ClerkError(404, "resource_not_found", message, { longMessage });

const form = (param: string, code: string, message: string, longMessage: string): ClerkError =>
  new ClerkError(422, code, message, { longMessage, meta: { param_name: param } });

export const missing = (param: string): ClerkError =>
  form(param, "form_param_missing", "is missing", `${param} must be included.`);

export const wrongType = (param: string, type: string): ClerkError =>
  form(param, "form_param_type_invalid", "is invalid", `\`${param}\` must be a \`${type}\`.`);

export const invalidValue = (param: string): ClerkError =>
  form(param, "form_param_value_invalid", "is invalid", `${param} is invalid`);

export const unknownParam = (param: string): ClerkError =>
  form(
    param,
    "form_param_unknown",
    "is unknown",
    `${param} is not a valid parameter for this request.`,
  );

export const deprecatedParam = (param: string): ClerkError =>
  form(param, "form_param_deprecated", "is deprecated", "is deprecated");

export const alreadyExists = (param: string, what: string): ClerkError =>
  form(param, "form_already_exists", "already exists", `${what} already exists.`);

export const identifierTaken = (param: string, what: string): ClerkError =>
  form(
    param,
    "form_identifier_exists",
    `That ${what} is taken. Please try another.`,
    `That ${what} is taken. Please try another.`,
  );

export const invalidEmail = (param: string): ClerkError =>
  form(param, "form_param_format_invalid", "is invalid", `${param} must be a valid email address.`);

export const invalidDomain = (param: string): ClerkError =>
  form(param, "form_param_format_invalid", "is invalid", `${param} must be a valid domain name.`);

/** What the emulator cannot answer faithfully. */
export const unsupported = (what: string): ClerkError =>
  new ClerkError(501, "emulator_unsupported", "not answered by the emulator", {
    longMessage: `The Clerk emulator does not answer ${what}. Teach it in emulators/clerk, or do without.`,
  });
