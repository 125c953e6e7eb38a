import { useState } from "react";
import { useShadow, useShadowCommands } from "../../../api/shadow";
import { Canvas } from "../../../canvas/Canvas";
import { Button } from "../../../components/Button";
import { Confirm } from "../../../components/Dialog";
import { Loaded } from "../../../components/Loaded";
import { Notice } from "../../../components/Notice";
import { useWhyNot } from "../../../components/why";
import { useLanguage } from "../../../frame/preferences";
import { moment } from "../../../messages/text";
import { useSay } from "../../../messages/use";
import { Beside, Calls } from "./Figures";
import { LeftPanel, Part } from "./Frame";
import css from "./Lens.module.css";
import type { LensProps } from "./Lenses";
import { isDraft } from "./lens";
import { words } from "./words";

/** The draft beside the live version, on the same events: what it would have done. */
export default function ShadowLens({ journey, document, errors, selected, onSelect, onShowFindings }: LensProps) {
  const say = useSay(words);
  const language = useLanguage();
  const { name } = journey;
  const query = useShadow(name);
  const { start, stop } = useShadowCommands(name);
  const mayNot = useWhyNot("manage-journeys");
  const [ending, setEnding] = useState(false);
  return (
    <Loaded query={query}>
      {(shadow) => {
        const { shadow: would, live } = shadow;
        return (
          <>
            <LeftPanel
              title={say("shadow")}
              footer={
                shadow.state === "on" && (
                  <Button kind="danger" why={mayNot} onPress={() => setEnding(true)}>
                    {say("stopShadow")}
                  </Button>
                )
              }
            >
              {shadow.state === "off" && (
                <>
                  <p>{say("shadowIntro")}</p>
                  {errors > 0 && (
                    <Notice kind="error" action={<Button onPress={onShowFindings}>{say("showErrors")}</Button>}>
                      {say("testBlocked", { count: errors })}
                    </Notice>
                  )}
                  <Button
                    kind="primary"
                    why={
                      mayNot ||
                      (!isDraft(journey) && say("onlyDraftsShadow")) ||
                      (errors > 0 && say("testBlocked", { count: errors }))
                    }
                    busy={start.isPending}
                    onPress={() => start.mutate()}
                  >
                    {say("startShadow")}
                  </Button>
                  {start.error && <Notice kind="error">{start.error.message}</Notice>}
                </>
              )}
              {shadow.state.endsWith("ing") && <p role="status">{say("activating")}</p>}
              {shadow.state === "on" && (
                <>
                  {shadow.startedAt && (
                    <p className="soft">{say("shadowSince", { when: moment(shadow.startedAt, language, true) })}</p>
                  )}
                  {would && (
                    <Beside
                      columns={[
                        { title: say("draft"), counts: would },
                        ...(live ? [{ title: say("live"), counts: live }] : []),
                      ]}
                    />
                  )}
                  {would && (
                    <Part title={say("wouldSend")}>
                      <Calls
                        columns={[
                          Object.fromEntries(
                            Object.entries(would.actions).map(([action, { called }]) => [action, called]),
                          ),
                        ]}
                      />
                    </Part>
                  )}
                  <p className="soft">{say("shadowHelp")}</p>
                </>
              )}
            </LeftPanel>
            <div className={css.center}>
              <Canvas
                document={document}
                selected={selected}
                onSelect={onSelect}
                least={0.5}
                {...(would ? { counts: would } : {})}
                {...(live ? { against: live } : {})}
              />
            </div>
            {ending && (
              <Confirm
                title={say("stopShadowTitle", { name })}
                verb={say("stopShadow")}
                danger
                pending={stop.isPending}
                error={stop.error?.message}
                onClose={() => setEnding(false)}
                onConfirm={() => stop.mutate(undefined, { onSuccess: () => setEnding(false) })}
              >
                <p>{say("stopShadowText")}</p>
              </Confirm>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
