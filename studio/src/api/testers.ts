import { ask, get } from "./client";
import { journeyPath } from "./journeys";
import type { Testers } from "./testing";

interface Dataset {
  name: string;
  schema: string;
  profile?: boolean;
}

interface Schema {
  name: string;
  base?: string;
}

/** Where test profiles go that have no home yet. */
const OWN = "test_people";
const PATIENCE_MS = 8_000;

/** Makes a test profile, in a dataset of profiles that is there or in one of its own; returns when it can be used. */
export async function makeTester(sandbox: string, journey: string, namespace: string, id: string): Promise<void> {
  const [datasets, schemas] = await Promise.all([
    get<Dataset[]>("/api/datasets", sandbox),
    get<Schema[]>("/api/schemas", sandbox),
  ]);
  const ofProfiles = new Set(schemas.filter((schema) => schema.base === "profile").map((schema) => schema.name));
  const home = datasets.find((dataset) => dataset.profile && ofProfiles.has(dataset.schema))?.name ?? OWN;
  if (home === OWN && !datasets.some((dataset) => dataset.name === OWN)) {
    const body = {
      schemas: [{ name: OWN, base: "profile", profile: true }],
      datasets: [{ name: OWN, schema: OWN, profile: true }],
    };
    await ask("POST", "/api/apply", { sandbox, body });
  }
  const record = { identityMap: { [namespace]: [{ id, primary: true }] }, testProfile: true };
  const { body } = await ask<{ refused: { problem: { title: string } }[] }>(
    "POST",
    `/api/datasets/${encodeURIComponent(home)}/records`,
    { sandbox, body: record },
  );
  const [refused] = body.refused;
  if (refused) throw new Error(refused.problem.title);
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const { profiles } = await get<Testers>(`${journeyPath(journey)}/test/profiles`, sandbox);
    if (profiles.some((each) => each.id === id)) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
