import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronLeft, CircleAlert, CircleCheck, Ellipsis, Redo2, Settings2, TriangleAlert, Undo2 } from "lucide-react";
import { useState } from "react";
import type { Journey } from "../../api/journeys";
import { Button, IconButton } from "../../components/Button";
import { Menu } from "../../components/Menu";
import { Status } from "../../components/Status";
import { useWhyNot } from "../../components/why";
import { useSay } from "../../messages/use";
import { HaltDialog, type Halting } from "../journeys/HaltDialog";
import { useRowCommands } from "../journeys/rowCommands";
import type { EditorState } from "./editor";
import { LensSwitch } from "./lenses/LensSwitch";
import { isDraft, type Lens } from "./lenses/lens";
import css from "./TopBar.module.css";
import { words } from "./words";

interface Props {
  journey: Journey;
  state: EditorState;
  /** The draft may be changed, through whichever lens it is seen. */
  editing: boolean;
  readOnly: boolean;
  /** A newer version is there. */
  older: boolean;
  lens: Lens;
  lenses: readonly Lens[];
  onUndo: () => void;
  onRedo: () => void;
  onProperties: () => void;
  onFindings: () => void;
  onPublish: () => void;
  onNewVersion: () => void;
}

const LATEST = (old: { sandbox?: string | undefined }) => ({ sandbox: old.sandbox });

/** Name, version, state of saving, findings, and what can be done with the journey. */
export function TopBar(props: Props) {
  const { journey, state, editing, readOnly } = props;
  const say = useSay(words);
  const navigate = useNavigate();
  const mayNot = useWhyNot("manage-journeys");
  const mayNotPublish = useWhyNot("publish-journeys");
  const [halting, setHalting] = useState<Halting | null>(null);
  const latest = journey.versions.at(-1);
  const commands = useRowCommands(
    setHalting,
    (copy) => void navigate({ to: "/journeys/$name", params: { name: copy }, search: LATEST }),
  );
  const begun = editing && !isDraft(journey);
  return (
    <header className={css.bar}>
      <Link to="/journeys" className={css.back ?? ""} aria-label={say("back")} title={say("back")}>
        <ChevronLeft size={20} aria-hidden />
      </Link>
      <div className={css.name}>
        <h1>{journey.name}</h1>
        <p>
          {latest && <Status status={begun ? "draft" : latest.status} />}
          <span>{say("version", { version: (latest?.version ?? 1) + (begun ? 1 : 0) })}</span>
          {props.older && <span>{say("olderVersion")}</span>}
          {(editing || state.saving !== "saved") && (
            <span role="status" className={css[state.saving]}>
              {say(state.saving)}
            </span>
          )}
        </p>
      </div>
      <LensSwitch journey={journey.name} lens={props.lens} lenses={props.lenses} />
      <div className={css.tools}>
        {!readOnly && (
          <>
            <IconButton
              label={say("undo")}
              icon={Undo2}
              why={state.history.past.length === 0 && say("nothingToUndo")}
              onPress={props.onUndo}
            />
            <IconButton
              label={say("redo")}
              icon={Redo2}
              why={state.history.future.length === 0 && say("nothingToRedo")}
              onPress={props.onRedo}
            />
          </>
        )}
        <IconButton label={say("properties")} icon={Settings2} onPress={props.onProperties} />
        <Findings state={state} onPress={props.onFindings} />
        {props.older ? (
          <Button
            onPress={() => void navigate({ to: "/journeys/$name", params: { name: journey.name }, search: LATEST })}
          >
            {say("toLatest")}
          </Button>
        ) : !editing && !isDraft(journey) ? (
          <Button kind="primary" why={mayNot} onPress={props.onNewVersion}>
            {say("newVersion")}
          </Button>
        ) : (
          <Button kind="primary" why={mayNotPublish || (begun && say("changeFirst"))} onPress={props.onPublish}>
            {say("publish")}
          </Button>
        )}
        <Menu
          label={say("moreCommands")}
          trigger={<IconButton label={say("moreCommands")} icon={Ellipsis} />}
          sections={commands.ofRow({
            name: journey.name,
            uid: latest?.uid ?? "",
            versions: journey.versions.map((version) => version.status),
          })}
        />
      </div>
      {halting && (
        <HaltDialog
          halting={halting}
          onClose={() => setHalting(null)}
          onDone={() => halting.verb === "delete" && void navigate({ to: "/journeys" })}
        />
      )}
    </header>
  );
}

/** How many findings there are, as a button that opens them. */
function Findings({ state, onPress }: { state: EditorState; onPress: () => void }) {
  const say = useSay(words);
  const errors = state.findings.filter((finding) => finding.severity === "error").length;
  const warnings = state.findings.length - errors;
  const Icon = errors ? CircleAlert : warnings ? TriangleAlert : CircleCheck;
  const text = errors + warnings ? say("findings", { errors, warnings }) : say("noErrors");
  return (
    <button
      type="button"
      className={`${css.findings} ${errors ? css.bad : warnings ? css.warn : css.good}`}
      onClick={onPress}
      aria-label={text}
    >
      <Icon size={16} aria-hidden />
      {errors + warnings > 0 && <span>{errors + warnings}</span>}
    </button>
  );
}
