import { CircleStop, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useChange } from "../../api/change";
import { evaluate, useSegmentState } from "../../api/segments";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { FormSection } from "../../components/FormSection";
import { Meter } from "../../components/Meter";
import { Notice } from "../../components/Notice";
import { PropertyList } from "../../components/PropertyList";
import { toast } from "../../components/toast";
import { useLanguage } from "../../frame/preferences";
import { useMay, useSandbox } from "../../frame/session";
import { moment, number } from "../../messages/text";
import { useSay } from "../../messages/use";
import { words } from "./words";

/** How large a segment is now, and how far an evaluation of everybody is. */
export function SizeNow({ name, rule }: { name: string; rule: boolean }) {
  const say = useSay(words);
  const language = useLanguage();
  const sandbox = useSandbox();
  const mayManage = useMay("manage-configuration");
  const state = useSegmentState(name);
  const [asked, setAsked] = useState(false);
  const run = useChange((cancel: boolean) => evaluate(sandbox, name, cancel));
  if (!state) return null;
  const { progress } = state;
  const at = (epochMs: number | null) => (epochMs === null ? undefined : moment(epochMs, language, true));
  const command = progress ? (
    <Button icon={CircleStop} onPress={() => setAsked(true)}>
      {say("stop")}
    </Button>
  ) : (
    <Button
      icon={RefreshCw}
      busy={run.isPending}
      onPress={() => run.mutate(false, { onSuccess: () => toast(say("evaluating")) })}
    >
      {say("evaluate")}
    </Button>
  );
  return (
    <FormSection title={say("sizeNow")} actions={mayManage && rule ? command : undefined}>
      {run.error && !asked && <Notice kind="error">{run.error.message}</Notice>}
      {progress && (
        <Meter done={progress.done} of={progress.of}>
          {say("progress", { done: progress.done, of: progress.of })}
        </Meter>
      )}
      <PropertyList
        items={[
          [say("size"), <strong key="size">{number(state.size, language)}</strong>],
          [say("realized"), number(state.realized, language)],
          [say("existing"), number(state.existing, language)],
          [say("exited"), number(state.exited, language)],
          [say("evaluation"), say(state.evaluation)],
          [say("evaluatedAt"), at(state.evaluatedAt) ?? (rule ? say("notYet") : undefined)],
          [say("nextEvaluation"), at(state.nextEvaluation)],
          [say("errors"), state.errors ? say("errorText", { count: state.errors, code: state.error }) : undefined],
        ]}
      />
      {asked && (
        <Confirm
          title={say("stopTitle", { name })}
          verb={say("stop")}
          danger
          pending={run.isPending}
          error={run.error?.message}
          onConfirm={() =>
            run.mutate(true, {
              onSuccess: () => {
                setAsked(false);
                toast(say("stopped"));
              },
            })
          }
          onClose={() => setAsked(false)}
        >
          <p>{say("stopText")}</p>
        </Confirm>
      )}
    </FormSection>
  );
}
