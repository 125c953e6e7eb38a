import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { ask, get } from "../../../api/client";
import { useDocuments } from "../../../api/documents";
import { type Journey, journeyPath } from "../../../api/journeys";
import type { OfferedField } from "../../../expression/fields";
import { useSandbox } from "../../../frame/session";

export interface Parameter {
  name: string;
  label: string;
  required: boolean;
}

/** The action that the pane's activity calls. */
export const ActionName = createContext<string | undefined>(undefined);

interface ActionDocument {
  name: string;
  body?: unknown;
  headers?: unknown;
  query?: unknown;
  path?: unknown;
}

type Section = "parameters" | "headers" | "query" | "path";

/** What the pane's action leaves variable in a section of its request; `parameters` are those of its body. */
export function useParameters(section: string): readonly Parameter[] {
  const ofAction = useParametersOf(useContext(ActionName), section);
  const ofJump = useEventFields(useContext(JumpsTo));
  return section === "parameters" && ofJump.length > 0 ? ofJump : ofAction;
}

/** The journey that the pane's activity leads to. */
export const JumpsTo = createContext<string | undefined>(undefined);

/** The fields of the event that a journey begins with, which a jump may give. */
function useEventFields(journey: string | undefined): readonly Parameter[] {
  const sandbox = useSandbox();
  return (
    useQuery({
      queryKey: ["first-event", sandbox, journey],
      queryFn: async (): Promise<readonly Parameter[]> => {
        const { document } = await get<Journey>(journeyPath(journey ?? ""), sandbox);
        const event = document.activities[document.start]?.event;
        if (typeof event !== "string") return [];
        const { body } = await ask<OfferedField[]>("POST", "/api/expressions/fields", { sandbox, body: { event } });
        return body.map(({ path, title }) => ({ name: path.slice(1).join("."), label: title, required: false }));
      },
      enabled: Boolean(journey),
      retry: false,
    }).data ?? NO_PARAMETERS
  );
}

const NO_PARAMETERS: readonly Parameter[] = [];

/** What an action leaves variable in a section of its request. */
export function useParametersOf(name: string | undefined, section: string): readonly Parameter[] {
  const actions = useDocuments<ActionDocument>("actions").data;
  return useMemo(() => {
    const action = actions?.find((each) => each.name === name);
    const part = section === "parameters" ? action?.body : action?.[section as Exclude<Section, "parameters">];
    return variables(part, section === "path" ? ["path"] : []);
  }, [actions, name, section]);
}

/** The variables in a template, by dotted path; lists of objects are for their own field. */
export function variables(node: unknown, path: readonly string[]): readonly Parameter[] {
  if (node === null || typeof node !== "object" || Array.isArray(node)) return [];
  const object = node as Record<string, unknown>;
  if ("$variable" in object) {
    const name = path.join(".");
    return [
      { name, label: typeof object.$label === "string" ? object.$label : name, required: object.$mandatory === true },
    ];
  }
  return Object.entries(object).flatMap(([key, inner]) => variables(inner, [...path, key]));
}
