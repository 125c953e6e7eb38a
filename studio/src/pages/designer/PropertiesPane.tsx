import { ClipboardCopy, X } from "lucide-react";
import { useContext, useState } from "react";
import { type Journey, useJourneyCommands } from "../../api/journeys";
import { Button, IconButton } from "../../components/Button";
import { TextField } from "../../components/Field";
import { toast } from "../../components/toast";
import { type Change, put } from "../../document/change";
import { PROPERTIES } from "../../document/schema";
import type { JourneyDocument } from "../../document/types";
import { useLanguage } from "../../frame/preferences";
import { useMe, useSandbox } from "../../frame/session";
import { who } from "../../frame/who";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { Pane } from "./fields/context";
import { FieldFor } from "./fields/FieldFor";
import css from "./Pane.module.css";
import { words } from "./words";

interface Props {
  journey: Journey;
  document: JourneyDocument;
  onEdit: (change: Change) => void;
  onClose: () => void;
}

/** Properties that can be changed in a version that runs. */
const TEXTS = new Set(["description", "tags"]);
/** Fields that say nothing without another. */
const DEPENDS: Readonly<Record<string, (document: JourneyDocument) => boolean>> = {
  reentranceWait: (document) => document.reentrance !== false,
  profileTimeZone: (document) => Boolean(document.namespace),
};

/** What holds for the whole journey. */
export function PropertiesPane({ journey, document, onEdit, onClose }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const sandbox = useSandbox();
  const pane = useContext(Pane);
  const { administrator } = useMe();
  const latest = journey.versions.at(-1);
  const fields = PROPERTIES.filter(
    ({ name }) => (name !== "timeout" || administrator) && (DEPENDS[name]?.(document) ?? true),
  );
  const technical = {
    journeyUID: journey.uid,
    journeyVersionUID: latest?.uid,
    sandbox,
    lastDeployedBy: latest?.publishedBy,
    lastDeployedAt: latest?.publishedAt && new Date(latest.publishedAt).toISOString(),
  };
  const facts = [
    [say("version", { version: latest?.version ?? 1 }), ""],
    [say("author"), latest && who(latest.createdBy, language)],
    [say("created"), latest?.createdAt && moment(latest.createdAt, language, true)],
    [say("publishedAt"), latest?.publishedAt && moment(latest.publishedAt, language, true)],
    [say("publishedBy"), latest?.publishedBy && who(latest.publishedBy, language)],
  ] as const;
  return (
    <aside aria-label={say("properties")} data-pane className={css.pane}>
      <header className={css.head}>
        <div>
          <h2>{say("properties")}</h2>
        </div>
        <IconButton label={say("done")} icon={X} onPress={onClose} />
      </header>
      <div className={css.body}>
        <Name journey={journey} isReadOnly={!pane.texts} />
        <dl className={css.facts}>
          {facts
            .filter(([, value]) => value !== undefined && value !== null)
            .map(([what, value]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
        {fields.map((field) => (
          <Pane key={field.name} value={TEXTS.has(field.name) ? { ...pane, readOnly: !pane.texts } : pane}>
            <FieldFor
              field={field.name === "timeout" ? { ...field, name: "journeyTimeout" } : field}
              at={field.name}
              value={document[field.name] ?? (field.shape.kind === "duration" ? field.fallback : undefined)}
              onChange={(value) => onEdit(put(document, [field.name], value))}
            />
          </Pane>
        ))}
        <Button
          icon={ClipboardCopy}
          onPress={() =>
            void navigator.clipboard
              ?.writeText(JSON.stringify(technical, null, 2))
              .then(() => toast(say("technicalCopied")))
          }
        >
          {say("copyTechnical")}
        </Button>
      </div>
    </aside>
  );
}

/** The name, which all versions share: it is given at once, not with the draft. */
function Name({ journey, isReadOnly }: { journey: Journey; isReadOnly: boolean }) {
  const say = useSay(words);
  const { flush } = useContext(Pane);
  const { rename } = useJourneyCommands();
  const [name, setName] = useState(journey.name);
  const give = async () => {
    await flush();
    await rename.mutateAsync({ name: journey.name, to: name.trim() });
  };
  return (
    <div className={css.rename}>
      <TextField
        label={say("journeyName")}
        value={name}
        onChange={setName}
        error={rename.error?.message}
        isReadOnly={isReadOnly}
      />
      {name.trim() !== journey.name && name.trim() !== "" && (
        <Button busy={rename.isPending} onPress={() => void give().catch(() => undefined)}>
          {say("rename")}
        </Button>
      )}
    </div>
  );
}
