import { catalogue } from "../../messages/text";

export const words = catalogue({
  title: ["Product profiles", "역할"],
  lead: [
    "What users may do, sandbox by sandbox. Whoever has several may do all that any of them permits.",
    "사용자가 샌드박스마다 무엇을 할 수 있는지 정해요. 여러 역할이 있으면 그 권한을 모두 가져요.",
  ],
  create: ["Create a product profile", "역할 만들기"],
  newTitle: ["New product profile", "새 역할"],
  emptyTitle: ["No product profile yet", "아직 역할이 없어요"],
  emptyText: ["A product profile bundles permissions.", "역할은 권한을 묶은 것이에요."],
  profile: ["Product profile", "역할"],
  nameHelp: [
    "Begins with a letter; letters, digits, spaces, “-” and “_”.",
    "한글이나 영문자로 시작하고 한글, 영문자, 숫자, 공백, ‘-’, ‘_’를 쓸 수 있어요.",
  ],
  builtIn: ["Built in", "기본 제공"],
  custom: ["Custom", "사용자 지정"],
  origin: ["Kind", "종류"],
  users: ["Users", "사용자"],
  sandboxes: ["Sandboxes", "샌드박스"],
  builtInText: ["This one comes with the product and cannot be changed.", "기본으로 제공되는 역할이라 바꿀 수 없어요."],
  permissions: ["Permissions", "권한"],
  permission: ["Permission", "권한"],
  everywhere: ["All sandboxes, new ones too", "모든 샌드박스(새로 만드는 것 포함)"],
  givenEverywhere: ["Given in all sandboxes already.", "모든 샌드박스에 이미 주어진 권한이에요."],
  grant: ["{permission} in {sandbox}", "{sandbox}: {permission}"],
  deleteTitle: ["Delete the product profile ‘{name}’?", "‘{name}’ 역할을 삭제할까요?"],
  deleteText: ["Nobody has it. This cannot be undone.", "이 역할을 가진 사용자가 없어요. 삭제하면 되돌릴 수 없어요."],
  inUse: [
    "{count} {count:user has/users have} it. Take it from them first.",
    "사용자 {count}명이 이 역할을 가지고 있어요. 먼저 사용자에게서 빼 주세요.",
  ],
});
