/** Schemas and field groups as documents. */

export interface Identity {
  readonly namespace: string;
  readonly primary?: boolean | undefined;
}

export interface Resource {
  readonly name: string;
  readonly title?: unknown;
  readonly description?: string | undefined;
  readonly $id?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  readonly definition?: Readonly<Record<string, unknown>> | undefined;
  readonly labels?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly names?: Readonly<Record<string, unknown>> | undefined;
}

export interface SchemaDocument extends Resource {
  readonly base?: string | undefined;
  readonly fieldGroups?: readonly string[] | undefined;
  readonly profile?: boolean | undefined;
  readonly identities?: Readonly<Record<string, Identity>> | undefined;
  readonly relationships?: readonly { readonly field: string; readonly schema: string }[] | undefined;
}

/** A JSON Schema that was pasted, as a document: called by the last part of its `$id`, or by its title. */
export function imported(definition: Readonly<Record<string, unknown>>): Resource {
  const id = typeof definition.$id === "string" ? definition.$id : undefined;
  const title = typeof definition.title === "string" ? definition.title : undefined;
  const said =
    id
      ?.replace(/\.schema\.json$/, "")
      .split("/")
      .filter(Boolean)
      .at(-1) ??
    title ??
    "";
  const name = said.replace(/[^A-Za-z0-9_ .-]+/g, "-").replace(/^[^A-Za-z]+/, "");
  return { name, ...(title ? { title } : {}), ...(id ? { $id: id } : {}), definition };
}
