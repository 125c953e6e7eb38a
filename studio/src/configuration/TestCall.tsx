import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ask } from "../api/client";
import { ApiError } from "../api/errors";
import { Button } from "../components/Button";
import { CodeBlock } from "../components/CodeBlock";
import { TextField } from "../components/Field";
import { FormSection } from "../components/FormSection";
import { Notice } from "../components/Notice";
import { PropertyList } from "../components/PropertyList";
import { words as reasons } from "../components/reasonWords";
import { useSandbox } from "../frame/session";
import { useSay } from "../messages/use";
import { typedValue } from "./example";
import css from "./TestCall.module.css";
import { words } from "./testCallWords";
import { useTypeName } from "./typeNames";

export interface Parameter {
  /** Where it goes in the request for a test: `parameters.city`. */
  readonly at: string;
  readonly label: string;
  readonly type: string;
}

interface Answer {
  ok: boolean;
  status: number | null;
  took: number;
  answer: unknown;
  missing: readonly string[];
  request: { method: string; url: string; headers: Record<string, string>; body: unknown } | null;
}

interface Props {
  path: string;
  /** What is not saved is not called. */
  dirty: boolean;
  parameters: readonly Parameter[];
  body: (values: Readonly<Record<string, unknown>>) => unknown;
  /** What to choose before. */
  children?: ReactNode;
}

/** Makes one real call, and shows what was sent and what came back. */
export function TestCall({ path, dirty, parameters, body, children }: Props) {
  const say = useSay(words);
  const because = useSay(reasons);
  const typeName = useTypeName();
  const sandbox = useSandbox();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const call = useMutation({
    mutationFn: async () => {
      const given = parameters
        .map(({ at, type }) => [at, typedValue(texts[at] ?? "", type)] as const)
        .filter(([, value]) => value !== undefined);
      return (await ask<Answer>("POST", path, { sandbox, body: body(Object.fromEntries(given)) })).body;
    },
  });
  const wrong = call.error instanceof ApiError ? call.error : undefined;
  return (
    <>
      <p className="soft">{say("help")}</p>
      {dirty && <Notice kind="info">{say("saveFirst")}</Notice>}
      {children}
      {parameters.length > 0 && (
        <div className={css.parameters}>
          {parameters.map(({ at, label, type }) => (
            <TextField
              key={at}
              label={label}
              help={typeName(type)}
              value={texts[at] ?? ""}
              onChange={(text) => setTexts({ ...texts, [at]: text })}
              error={wrong?.field === at ? wrong.message : undefined}
            />
          ))}
        </div>
      )}
      <div>
        <Button kind="primary" why={dirty && because("saveFirst")} busy={call.isPending} onPress={() => call.mutate()}>
          {say(call.isPending ? "calling" : "call")}
        </Button>
      </div>
      {call.error && !parameters.some(({ at }) => at === wrong?.field) && (
        <Notice kind="error">{call.error.message}</Notice>
      )}
      {call.data && <Came answer={call.data} />}
    </>
  );
}

function Came({ answer }: { answer: Answer }) {
  const say = useSay(words);
  const { request } = answer;
  const shown = typeof answer.answer === "string" ? answer.answer : JSON.stringify(answer.answer, null, 2);
  return (
    <FormSection title={say("result")}>
      <Notice kind={answer.ok ? (answer.missing.length ? "warning" : "good") : "error"}>
        {answer.status === null
          ? say("tookOnly", { took: answer.took })
          : say("took", { status: String(answer.status), took: answer.took })}
        {answer.missing.length > 0 && <p>{say("missing", { fields: answer.missing.join(", ") })}</p>}
      </Notice>
      {request && (
        <>
          <PropertyList
            items={[
              [say("sent"), <code key="url">{`${request.method} ${request.url}`}</code>],
              ...Object.entries(request.headers).map(
                ([name, value]) => [name, <code key={name}>{value}</code>] as const,
              ),
            ]}
          />
          {request.body !== null && (
            <CodeBlock label={say("sentBody")} text={JSON.stringify(request.body, null, 2)} rows={14} />
          )}
        </>
      )}
      {answer.answer !== null && (
        <>
          <h3>{say("answer")}</h3>
          <CodeBlock label={say("answer")} text={shown} rows={20} />
        </>
      )}
    </FormSection>
  );
}
