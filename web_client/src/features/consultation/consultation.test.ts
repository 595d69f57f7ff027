import { expect, test } from "vitest";
import type { ConsultationView } from "@/core/protocol";
import { insteadOf } from "./consultation";

type Asked = ConsultationView["asked"][number];

const rota = { department_id: "civil", name: { zh: "民政局", en: "Civil Affairs" } };

function asked(state: Asked["state"], instead: Asked["instead"] = null): Asked {
  const until = "2026-11-30T09:00:00Z";
  return {
    consultation_id: state,
    name: "王桂华",
    state,
    until,
    may_take_over: false,
    question: "能否申领",
    instead,
  };
}

test("the rota is offered in place of who was asked last and did not come", () => {
  expect(insteadOf([asked("joined"), asked("declined", rota)])).toEqual({
    who: "王桂华",
    question: "能否申领",
    ...rota,
  });
});

test("nothing is offered while it rings at somebody, after somebody came, or where nobody is on duty", () => {
  expect(insteadOf([asked("unanswered", rota), asked("ringing")])).toBeNull();
  expect(insteadOf([asked("unanswered", rota), asked("joined")])).toBeNull();
  expect(insteadOf([asked("unanswered")])).toBeNull();
  expect(insteadOf([])).toBeNull();
});
