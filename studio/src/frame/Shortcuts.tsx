import { Dialog } from "../components/Dialog";
import { SwitchField } from "../components/Field";
import { catalogue } from "../messages/text";
import { useSay } from "../messages/use";
import { setPreference, usePreferences } from "./preferences";
import css from "./Shortcuts.module.css";

const words = catalogue({
  title: ["Keyboard shortcuts", "단축키"],
  single: ["Single-letter shortcuts", "글자 하나로 된 단축키 사용"],
  everywhere: ["Everywhere", "어디서나"],
  lists: ["Lists", "목록"],
  canvas: ["Canvas", "캔버스"],
  panes: ["Setting panes and dialogs", "설정 패널과 대화 상자"],
  palette: ["Find or do something", "찾기와 실행"],
  help: ["This list", "이 목록"],
  tab: ["Next element, previous with Shift", "다음 요소, Shift와 함께 누르면 이전 요소"],
  arrows: ["Move among elements", "요소 사이 이동"],
  enter: ["Choose", "선택"],
  esc: ["Cancel, close", "취소, 닫기"],
  create: ["Create one", "새로 만들기"],
  rows: ["From row to row", "행 사이 이동"],
  pages: ["From page to page", "쪽 넘기기"],
  selectRow: ["Select the row", "행 선택"],
  selectRows: ["Select all rows of the page", "이 쪽의 행 모두 선택"],
  nextField: ["Next field", "다음 필드"],
  confirm: ["Confirm", "확인"],
  leave: ["Close; what was changed is saved", "닫기(변경 사항은 저장됨)"],
  allText: ["Select all text", "글자 모두 선택"],
  doubleClick2: ["Double-click on a field", "필드 두 번 클릭"],
  addField: ["Add it to the expression", "표현식에 추가"],
  test: ["Test mode", "테스트 모드"],
  testOn: ["Test mode on or off", "테스트 모드 켜기·끄기"],
  trigger: ["Trigger an event", "이벤트 보내기"],
  log: ["Show the log", "로그 보기"],
  drag: ["Drag", "끌기"],
  box: ["Select with a box", "상자로 선택"],
  pan: ["Move the canvas", "캔버스 이동"],
  newTab: ["Open in a new tab", "새 탭에서 열기"],
  click: ["Click", "클릭"],
  all: ["Select all activities", "활동 모두 선택"],
  remove: ["Delete what is selected", "선택한 활동 삭제"],
  several: ["Select several", "여러 활동 선택"],
  copy: ["Copy, cut activities", "활동 복사, 잘라내기"],
  paste: ["Paste activities", "활동 붙여넣기"],
  undo: ["Undo", "실행 취소"],
  redo: ["Redo", "다시 실행"],
  insert: ["Insert after the selected activity", "선택한 활동 뒤에 추가"],
  walk: ["Walk along the paths", "경로를 따라 이동"],
  fit: ["Show the whole journey", "여정 전체 보기"],
  doubleClick: ["Double-click in the palette", "팔레트에서 두 번 클릭"],
  addFirst: ["Add at the first free place", "첫 빈 자리에 추가"],
});

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
