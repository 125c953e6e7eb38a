import { catalogue } from "../../messages/text";

/** What the pages of schemas, and of what they are made of, say of themselves. */
export const schemas = catalogue({
  title: ["Schemas", "스키마"],
  lead: [
    "Which fields records have, of which types. Events, expressions and actions know their fields by it.",
    "레코드에 어떤 필드가 어떤 유형으로 있는지 정해요. 이벤트, 표현식, 액션이 이 필드를 써요.",
  ],
  create: ["Create a schema", "스키마 만들기"],
  emptyTitle: ["No schema yet", "아직 스키마가 없어요"],
  emptyText: [
    "A schema composes a class, field groups and fields of its own. Paste a sample to have one proposed.",
    "스키마는 클래스와 필드 그룹, 자체 필드로 만들어요. 예시를 붙여 넣으면 초안을 만들어 드려요.",
  ],
  newTitle: ["New schema", "새 스키마"],
});

export const classes = catalogue({
  title: ["Classes", "클래스"],
  lead: [
    "What a schema is about: things that happen at a moment, or things that are.",
    "스키마가 무엇에 관한 것인지 정해요. 어느 순간에 일어나는 일이거나, 계속 있는 것이에요.",
  ],
  create: ["Create a class", "클래스 만들기"],
  emptyTitle: ["No class of your own yet", "아직 직접 만든 클래스가 없어요"],
  emptyText: [
    "Events and profiles are there already; one of your own is for what else you keep, such as shops or products.",
    "이벤트와 프로필은 이미 있어요. 매장이나 상품처럼 그 밖의 것을 담을 때 직접 만들어 주세요.",
  ],
  newTitle: ["New class", "새 클래스"],
});

export const fieldGroups = catalogue({
  title: ["Field groups", "필드 그룹"],
  lead: ["Fields that belong together, for schemas to take in.", "함께 쓰는 필드를 묶어 여러 스키마에서 가져다 써요."],
  create: ["Create a field group", "필드 그룹 만들기"],
  emptyTitle: ["No field group of your own yet", "아직 직접 만든 필드 그룹이 없어요"],
  emptyText: [
    "The common ones are there already; your own hold what several of your schemas share.",
    "공통 필드 그룹은 이미 있어요. 여러 스키마가 함께 쓰는 필드를 여기에 모아 주세요.",
  ],
  newTitle: ["New field group", "새 필드 그룹"],
});

export const dataTypes = catalogue({
  title: ["Data types", "데이터 유형"],
  lead: [
    "An object with fields of its own that is used in many places: an address, a price, a booking.",
    "여러 곳에서 쓰는 필드 묶음이에요. 주소, 가격, 예약 같은 것이에요.",
  ],
  create: ["Create a data type", "데이터 유형 만들기"],
  emptyTitle: ["No data type of your own yet", "아직 직접 만든 데이터 유형이 없어요"],
  emptyText: [
    "The common ones are there already. What is changed in a data type changes wherever it is used.",
    "공통 데이터 유형은 이미 있어요. 데이터 유형을 바꾸면 쓰는 곳이 모두 함께 바뀌어요.",
  ],
  newTitle: ["New data type", "새 데이터 유형"],
});
