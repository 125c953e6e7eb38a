import { Dialog } from "../components/Dialog";
import { SwitchField } from "../components/Field";
import { useSay } from "../messages/use";
import { setPreference, usePreferences } from "./preferences";
import css from "./Shortcuts.module.css";
import { words } from "./shortcutWords";

const MOD = /Mac/.test(navigator.platform) ? "⌘" : "Ctrl";

/** All shortcuts, and the switch for those of a single letter. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const say = useSay(words);
  const { singleKeys } = usePreferences();
  const groups = [
    [
      say("everywhere"),
      [
        [`${MOD} K`, say("palette")],
        ["?", say("help")],
        ["Tab", say("tab")],
        ["← → ↑ ↓", say("arrows")],
        ["Enter", say("enter")],
        ["Esc", say("esc")],
      ],
    ],
    [
      say("lists"),
      [
        ["C", say("create")],
        [`${MOD} ${say("click")}`, say("newTab")],
        ["↑ ↓ Home End", say("rows")],
        ["PageUp PageDown", say("pages")],
        ["Space", say("selectRow")],
        [`${MOD} A`, say("selectRows")],
      ],
    ],
    [
      say("panes"),
      [
        ["Tab", say("nextField")],
        ["Enter", say("confirm")],
        ["Esc", say("leave")],
        [`${MOD} A`, say("allText")],
        [say("doubleClick2"), say("addField")],
      ],
    ],
    [
      say("canvas"),
      [
        ["← → ↑ ↓", say("walk")],
        ["A", say("insert")],
        [say("doubleClick"), say("addFirst")],
        [`${MOD} A`, say("all")],
        [`${MOD} ${say("click")}`, say("several")],
        [say("drag"), say("box")],
        [`Space ${say("drag")}`, say("pan")],
        ["Delete, Backspace", say("remove")],
        [`${MOD} C, ${MOD} X`, say("copy")],
        [`${MOD} V`, say("paste")],
        [`${MOD} Z`, say("undo")],
        [`${MOD} Shift Z`, say("redo")],
        ["F", say("fit")],
      ],
    ],
    [
      say("test"),
      [
        ["T", say("testOn")],
        ["E, P", say("trigger")],
        ["L", say("log")],
      ],
    ],
  ] as const;
  return (
    <Dialog title={say("title")} onClose={onClose} wide>
      <div className={css.groups}>
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([keys, meaning]) => (
                <div key={meaning}>
                  <dt>{meaning}</dt>
                  <dd>
                    <kbd>{keys}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <SwitchField label={say("single")} value={singleKeys} onChange={(on) => setPreference("singleKeys", on)} />
    </Dialog>
  );
}
