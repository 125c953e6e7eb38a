import { IdCard, Trash2 } from "lucide-react";
import { useState } from "react";
import { useProfileWords } from "../../administration/builtIn";
import { words as shared } from "../../administration/words";
import {
  deleteProductProfile,
  type ProductProfile,
  putProductProfile,
  useProductProfiles,
  useUsers,
} from "../../api/access";
import { useChange } from "../../api/change";
import { refusalOf } from "../../api/errors";
import { IconButton } from "../../components/Button";
import { CatalogPage, type Opened, useOpened } from "../../components/CatalogPage";
import { TextField } from "../../components/Field";
import { FormDetails } from "../../components/FormDetails";
import { FormSection } from "../../components/FormSection";
import { Notice } from "../../components/Notice";
import { Removal } from "../../components/Removal";
import { words as reasons } from "../../components/reasonWords";
import type { Column } from "../../components/Table";
import { toast } from "../../components/toast";
import { useSay } from "../../messages/use";
import { EVERYWHERE, Matrix } from "./Matrix";
import { words } from "./words";

const PATH = "/admin/product-profiles";
const BLANK: ProductProfile = { name: "", description: "", builtIn: false, grants: {} };
const FIELDS = ["name", "description", "grants"] as const;

/** Bundles of permissions. */
export default function ProductProfiles() {
  const say = useSay(words);
  const common = useSay(shared);
  const { called, told } = useProfileWords();
  const query = useProductProfiles();
  const users = useUsers().data ?? [];
  const opened = useOpened(PATH);
  const shown = query.data?.find((each) => each.name === opened.name);
  const having = (name: string) => users.filter((user) => user.profiles.includes(name)).length;
  const where = ({ grants }: ProductProfile) =>
    Object.keys(grants)
      .map((each) => (each === EVERYWHERE ? common("allSandboxes") : each))
      .join(", ");
  const columns: Column<ProductProfile>[] = [
    { id: "description", label: common("description"), cell: (row) => told(row) || "-" },
    { id: "sandboxes", label: say("sandboxes"), sort: where, cell: (row) => where(row) || "-" },
    {
      id: "users",
      label: say("users"),
      numeric: true,
      sort: (row) => having(row.name),
      cell: (row) => having(row.name),
    },
    {
      id: "origin",
      label: say("origin"),
      sort: (row) => Number(row.builtIn),
      cell: (row) => say(row.builtIn ? "builtIn" : "custom"),
    },
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      words={words}
      icon={IdCard}
      query={query}
      rowId={(row) => row.name}
      rowName={(row) => called(row.name)}
      text={told}
      nameLabel={common("name")}
      columns={columns}
    >
      {opened.creating && (
        <Panel profile={BLANK} opened={opened} having={0} taken={query.data?.map((each) => each.name) ?? []} />
      )}
      {shown && <Panel key={shown.name} profile={shown} opened={opened} having={having(shown.name)} taken={[]} />}
    </CatalogPage>
  );
}

interface PanelProps {
  profile: ProductProfile;
  opened: Opened;
  /** How many users have it. */
  having: number;
  taken: readonly string[];
}

function Panel({ profile, opened, having, taken }: PanelProps) {
  const say = useSay(words);
  const because = useSay(reasons);
  const common = useSay(shared);
  const { called, told } = useProfileWords();
  const [draft, setDraft] = useState(profile);
  const [asked, setAsked] = useState(false);
  const [clash, setClash] = useState(false);
  const save = useChange(putProductProfile);
  const { at, rest } = refusalOf(save.error, FIELDS);
  const isNew = profile.name === "";
  const readOnly = profile.builtIn;
  const submit = () => {
    const made = { ...draft, name: draft.name.trim() };
    setClash(taken.includes(made.name));
    if (taken.includes(made.name)) return;
    save.mutate(made, {
      onSuccess: () => {
        toast(common("saved", { name: made.name }));
        if (isNew) opened.open(made.name);
      },
    });
  };
  return (
    <>
      <FormDetails
        kind={say("profile")}
        title={isNew ? say("newTitle") : called(profile.name)}
        onClose={opened.close}
        actions={
          !isNew && !readOnly && <IconButton label={common("delete")} icon={Trash2} onPress={() => setAsked(true)} />
        }
        isNew={isNew}
        isReadOnly={readOnly}
        why={(!draft.name.trim() && because("needsName")) || (draft === profile && because("nothingChanged"))}
        busy={save.isPending}
        unsaved={draft !== profile}
        refused={rest}
        onSubmit={submit}
        above={readOnly && <Notice kind="info">{say("builtInText")}</Notice>}
      >
        {isNew && (
          <TextField
            label={common("name")}
            help={say("nameHelp")}
            value={draft.name}
            onChange={(name) => setDraft({ ...draft, name })}
            error={clash ? common("nameTaken") : at.name}
            autoFocus
          />
        )}
        <TextField
          label={common("description")}
          value={told(draft)}
          onChange={(description) => setDraft({ ...draft, description })}
          error={at.description}
          isReadOnly={readOnly}
          lines={2}
        />
        <FormSection title={say("permissions")}>
          <Matrix grants={draft.grants} onChange={(grants) => setDraft({ ...draft, grants })} isReadOnly={readOnly} />
          {at.grants && <Notice kind="error">{at.grants}</Notice>}
        </FormSection>
      </FormDetails>
      {asked && (
        <Removal
          title={say("deleteTitle", { name: profile.name })}
          verb={common("delete")}
          remove={() => deleteProductProfile(profile.name)}
          gone={common("deleted", { name: profile.name })}
          isBlocked={having > 0}
          onDone={opened.close}
          onClose={() => setAsked(false)}
        >
          <p>{having > 0 ? say("inUse", { count: having }) : say("deleteText")}</p>
        </Removal>
      )}
    </>
  );
}
