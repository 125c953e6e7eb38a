import { catalogue } from "../messages/text";

/** Why a command cannot be given now. */
export const words = catalogue({
  needsPermission: [
    "You need the permission “{name}”: ask an administrator.",
    "‘{name}’ 권한이 필요해요. 관리자에게 요청해 주세요.",
  ],
  needsName: ["Give it a name first.", "먼저 이름을 입력해 주세요."],
  nameTaken: [
    "Give it another name: there is one of this name already.",
    "이미 있는 이름이에요. 다른 이름을 입력해 주세요.",
  ],
  sameName: ["Type another name first.", "먼저 다른 이름을 입력해 주세요."],
  nothingChanged: ["Nothing has changed: there is nothing to save.", "바뀐 내용이 없어 저장할 것이 없어요."],
  needsFile: ["Choose a file first.", "먼저 파일을 선택해 주세요."],
  needsDataset: ["Choose a dataset first.", "먼저 데이터 세트를 선택해 주세요."],
  needsNamespace: ["Choose a namespace first.", "먼저 네임스페이스를 선택해 주세요."],
  needsId: ["Type an id first.", "먼저 ID를 입력해 주세요."],
  notJson: ["Correct the payload first: it is no JSON object.", "먼저 페이로드를 고쳐 주세요. JSON 객체가 아니에요."],
  saveFirst: ["Save the changes first.", "먼저 변경 사항을 저장해 주세요."],
  firstPage: ["This is the first page.", "첫 쪽이에요."],
  lastPage: ["This is the last page.", "마지막 쪽이에요."],
  nothingToChoose: ["There is nothing to choose yet", "아직 고를 항목이 없음"],
});
