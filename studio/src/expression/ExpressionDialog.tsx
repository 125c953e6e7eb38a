import { ChevronDown, ChevronRight } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Analysis, SimpleGroup } from "../api/types";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { Notice } from "../components/Notice";
import { useTypeName } from "../configuration/typeNames";
import { useSandbox } from "../frame/session";
import { useSay } from "../messages/use";
import { analyse, type Sight, toPoints, type Use } from "./analysis";
import { CodeEditor, type Insertion } from "./CodeEditor";
import { Estimate } from "./Estimate";
import css from "./Expression.module.css";
import { FieldBrowser } from "./FieldBrowser";
import { type OfferedField, rowOf, useOfferedFields, useSamples } from "./fields";
import { inText } from "./inText";
import { Share } from "./Share";
import { isComplete, SimpleEditor } from "./SimpleEditor";
import { eventsOf, TryOut } from "./TryOut";
import { words } from "./words";

interface Props {
  label: string;
  sight: Sight;
  use: Use;
  text: string;
  onSave: (text: string) => void;
  onClose: () => void;
}

const PAUSE_MS = 250;
const NOTHING: readonly [] = [];
const EMPTY: SimpleGroup = { join: "and", items: [] };

/** The editor of an expression: in sentences where it is a condition, else and besides as text. */
export default function ExpressionDialog({ label, sight, use, text: given, onSave, onClose }: Props) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const fields = useOfferedFields(sight);
  const known = !("event" in sight && sight.schema); // of an event that is not saved yet there are none
  const samples = useSamples(known ? fields : NOTHING);
  const events = eventsOf(fields);
  const typeName = useTypeName();
  const [trying, setTrying] = useState(false);
  const insertion = useRef<Insertion | null>(null);
  const [text, setText] = useState(given);
  const [written, setWritten] = useState(false);
  const [simple, setSimple] = useState<SimpleGroup | undefined>(
    given === "" && use === "condition" ? EMPTY : undefined,
  );
  const [found, setFound] = useState<Analysis | undefined>();
  const [failure, setFailure] = useState<string | undefined>();
  const [mode, setMode] = useState<"simple" | "text">(use === "condition" ? "simple" : "text");
  const look = useCallback(
    (whole: string, cursor: number) => analyse(sandbox, sight, use, { text: whole, cursor: toPoints(whole, cursor) }),
    [sandbox, sight, use],
  );
  const writeText = (next: string) => {
    setText(next);
    setWritten(true);
  };
  const writeSimple = (next: SimpleGroup) => {
    setSimple(next);
    setWritten(true);
  };
  const inSentences = mode === "simple" && simple !== undefined;

  // The text, or the sentences, are looked at once their writer pauses.
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const sentences = simple && simple.items.length > 0 && isComplete(simple) ? { simple } : undefined;
      const asked = inSentences ? sentences : text.trim() ? { text } : undefined;
      if (!asked) {
        setFound(undefined);
        setFailure(undefined);
        return;
      }
      analyse(sandbox, sight, use, asked, stop.signal).then(
        (answer) => {
          setFound(answer);
          setFailure(undefined);
          if (inSentences) setText(answer.text);
          else setSimple(answer.simple ?? undefined);
          if (!answer.simple && use === "condition" && !inSentences) setMode("text");
        },
        (error: Error) => {
          if (!stop.signal.aborted) setFailure(error.message);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, simple, inSentences, sandbox, sight, use]);

  /** A field joins the sentences, or stands in the text where the cursor is. */
  const add = (field: OfferedField) => {
    if (inSentences) writeSimple({ ...simple, items: [...simple.items, rowOf(field)] });
    else insertion.current?.(inText(field));
  };
  const unfinished = inSentences && !isComplete(simple);
  const sound = found !== undefined && found.errors.length === 0 && failure === undefined;
  const valid = !unfinished && (text.trim() === "" || sound);
  const loading = mode === "simple" && simple === undefined && found === undefined;
  const save = async () => {
    if (!inSentences || simple.items.length === 0) {
      onSave(simple?.items.length === 0 && inSentences ? "" : text.trim());
      return;
    }
    try {
      onSave((await analyse(sandbox, sight, use, { simple })).text);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog
      wide
      title={say("title", { name: label })}
      onClose={onClose}
      unsaved={written}
      footer={
        <>
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button
            kind="primary"
            why={!valid && (unfinished ? say("incomplete") : found || failure ? say("correctFirst") : say("checking"))}
            onPress={() => void save()}
          >
            {say("apply")}
          </Button>
        </>
      }
    >
      <div className={css.parts}>
        <FieldBrowser fields={fields} samples={samples} onAdd={add} />
        <div className={css.main}>
          {use === "condition" && (
            <div className={css.modes} role="group" aria-label={say("mode")}>
              {(["simple", "text"] as const).map((each) => {
                const why = each === "simple" && simple === undefined && text.trim() !== "" && say("tooDeep");
                return (
                  <button
                    key={each}
                    type="button"
                    aria-pressed={mode === each}
                    aria-disabled={why ? true : undefined}
                    title={why || undefined}
                    onClick={() => !why && setMode(each)}
                  >
                    {say(each)}
                  </button>
                );
              })}
            </div>
          )}
          {mode === "simple" && !loading && simple && (
            <SimpleEditor group={simple} fields={fields} samples={samples} onChange={writeSimple} />
          )}
          {mode === "text" && (
            <>
              {use === "condition" && found?.advanced && <Notice kind="info">{say("tooDeep")}</Notice>}
              <div className={css.code}>
                <CodeEditor
                  label={say("editor")}
                  placeholder={say("placeholder")}
                  text={text}
                  onChange={writeText}
                  look={look}
                  errors={found?.errors ?? []}
                  insertion={insertion}
                />
              </div>
            </>
          )}
          <div role="status" className={css.verdict}>
            {unfinished && <p className="soft">{say("incomplete")}</p>}
            {failure && <p className={css.error}>{failure}</p>}
            {!failure && found?.errors[0] && (
              <p className={css.error}>
                {found.errors[0].message} {found.errors[0].hint}
              </p>
            )}
            {!failure && found?.type && <p className="soft">{say("ofType", { type: typeName(found.type) })}</p>}
            {inSentences && text && <code>{text}</code>}
            {use === "condition" && sound && !unfinished && known && !("segment" in sight) && (
              <Share sight={sight} text={text} />
            )}
          </div>
          {"segment" in sight && sound && !unfinished && <Estimate definition={text} />}
          {known && !("segment" in sight) && (
            <div className={css.unfold}>
              <Button kind="quiet" icon={trying ? ChevronDown : ChevronRight} onPress={() => setTrying(!trying)}>
                {say("tryOut")}
              </Button>
            </div>
          )}
          {trying && <TryOut sight={sight} use={use} text={sound ? text : ""} events={events} />}
        </div>
      </div>
    </Dialog>
  );
}
