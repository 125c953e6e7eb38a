import { useMutation } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { ApiError } from "../../api/errors";
import { Button, IconButton } from "../../components/Button";
import type { Opened } from "../../components/CatalogPage";
import { ChoiceField } from "../../components/ChoiceField";
import { Details } from "../../components/Details";
import { Confirm } from "../../components/Dialog";
import { Menu } from "../../components/Menu";
import { Notice } from "../../components/Notice";
import { words as reasons } from "../../components/reasonWords";
import { toast } from "../../components/toast";
import { same } from "../../configuration/documents";
import { draftKey, draftOf, keepDraft } from "../../configuration/drafts";
import { DEFAULT_SANDBOX, useMay, useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { useLimitCommands, useVerdict, type Verdict } from "./api";
import { LimitForm } from "./LimitForm";
import css from "./Limits.module.css";
import { type Body, blankLimit, fieldOf, type Kind, type Limit, standOf, titleOf } from "./limit";
import { words } from "./words";

interface Props {
  opened: Opened;
  /** Left out: a new one. */
  limit?: Limit;
  /** Whether there is a throttling configuration. */
  throttled: boolean;
}

/** A limit: to look at, to change, to put in force and out of it. */
export function LimitPanel({ opened, limit, throttled }: Props) {
  const say = useSay(words);
  const because = useSay(reasons);
  const sandbox = useSandbox();
  const readOnly = !useMay("manage-configuration");
  const key = draftKey(sandbox, "limits", limit?.uid);
  const [kind, setKind] = useState<Kind>(limit?.kind ?? "capping");
  const base = limit?.body ?? blankLimit(kind);
  const [draft, setDraft] = useState<Body | undefined>(() => draftOf<Body>(key)?.document);
  const [removing, setRemoving] = useState(false);
  const commands = useLimitCommands(kind);
  const body = draft ?? base;
  const dirty = !same(body, base);
  const verdict = useVerdict(limit).data;
  const hold = (next: Body | undefined) => {
    setDraft(next);
    keepDraft(key, next && { document: next, tag: limit?.uid ?? null });
  };
  const run = useMutation({
    mutationFn: async (verb: "save" | "deploy" | "undeploy" | "delete") => {
      let uid = limit?.uid;
      if (verb === "undeploy" && uid) await commands.undeploy(uid);
      else if (verb === "delete" && uid) await commands.remove(uid, limit?.deployed ?? false);
      else {
        if (dirty || !uid) uid = (await commands.write(uid, body)).body.uid;
        hold(undefined);
        if (!limit) opened.open(uid);
        if (verb === "deploy") await commands.deploy(uid);
      }
      if (verb === "delete") opened.close();
      toast(say(({ save: "saved", deploy: "deployed", undeploy: "undeployed", delete: "deleted" } as const)[verb]));
    },
  });
  const refused = run.error instanceof ApiError ? run.error : undefined;
  const errorAt = (field: string) => {
    if (refused && fieldOf(refused.problem.code) === field) return refused.message;
    return dirty ? undefined : verdict?.errors?.find((each) => fieldOf(each.errorCode) === field)?.error;
  };
  const stand = limit && standOf(limit);
  return (
    <Details
      kind={say(kind)}
      title={limit ? titleOf(limit) : say("newTitle")}
      onClose={opened.close}
      actions={
        limit &&
        !readOnly && (
          <Menu
            label={say("more")}
            trigger={<IconButton label={say("more")} icon={Ellipsis} />}
            sections={[
              { items: [{ id: "delete", label: say("delete"), danger: true, onAction: () => setRemoving(true) }] },
            ]}
          />
        )
      }
      footer={
        !readOnly && (
          <>
            {dirty && (
              <Button
                kind="quiet"
                onPress={() => {
                  hold(undefined);
                  run.reset();
                }}
              >
                {say("discard")}
              </Button>
            )}
            {stand !== undefined && stand !== "off" && (
              <Button busy={run.isPending} onPress={() => run.mutate("undeploy")}>
                {say("undeploy")}
              </Button>
            )}
            <Button
              why={!dirty && limit && because("nothingChanged")}
              busy={run.isPending}
              onPress={() => run.mutate("save")}
            >
              {say("save")}
            </Button>
            <Button
              kind="primary"
              why={stand === "on" && !dirty && say("isDeployed")}
              busy={run.isPending}
              onPress={() => run.mutate("deploy")}
            >
              {say(dirty || !limit ? "saveDeploy" : "deploy")}
            </Button>
          </>
        )
      }
    >
      {run.error && <Notice kind="error">{run.error.message}</Notice>}
      {stand && (
        <Notice kind={stand === "on" ? "good" : stand === "older" ? "warning" : "info"}>{say(`${stand}Text`)}</Notice>
      )}
      {!dirty && verdict && <Verdicts verdict={verdict} />}
      {readOnly && <Notice kind="info">{say("readOnly")}</Notice>}
      {!limit && sandbox === DEFAULT_SANDBOX && (
        <ChoiceField<Kind>
          label={say("kind")}
          value={kind}
          onChange={(next) => {
            setKind(next);
            hold(undefined);
          }}
          options={[
            { id: "capping", label: say("capping"), detail: say("cappingHelp") },
            { id: "throttling", label: say("throttling"), detail: say(throttled ? "oneThrottling" : "throttlingHelp") },
          ]}
        />
      )}
      <LimitForm kind={kind} body={body} readOnly={readOnly} errorAt={errorAt} onChange={hold} />
      {removing && limit && (
        <Confirm
          title={say("deleteTitle", { name: titleOf(limit) })}
          verb={say("delete")}
          danger
          pending={run.isPending}
          error={run.error?.message}
          onConfirm={() => run.mutate("delete")}
          onClose={() => setRemoving(false)}
        >
          <p>{say(limit.deployed ? "deleteOn" : "deleteText")}</p>
        </Confirm>
      )}
    </Details>
  );
}

function Verdicts({ verdict }: { verdict: Verdict }) {
  const say = useSay(words);
  return (
    <>
      {verdict.errors && (
        <Notice kind="error">
          <p>{say("blocked")}</p>
          <ul className={css.findings}>
            {verdict.errors.map((each) => (
              <li key={`${each.errorCode} ${each.error}`}>{each.error}</li>
            ))}
          </ul>
        </Notice>
      )}
      {verdict.warnings?.map((each) => (
        <Notice key={`${each.warningCode} ${each.warning}`} kind="warning">
          {each.warning}
        </Notice>
      ))}
    </>
  );
}
