import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { erase, type Identity, useErased, useEvents, useStays } from "../../api/profiles";
import { Confirm } from "../../components/Dialog";
import { Meter } from "../../components/Meter";
import { Page } from "../../components/Page";
import { toast } from "../../components/toast";
import { useSandbox } from "../../frame/session";
import { useSay } from "../../messages/use";
import { words } from "./words";

interface Props {
  person: Identity;
  onErase: (token: string) => void;
  onClose: () => void;
}

/** Asks before somebody is deleted everywhere, and says what goes. */
export function EraseDialog({ person, onErase, onClose }: Props) {
  const say = useSay(words);
  const sandbox = useSandbox();
  const change = useMutation({ mutationFn: () => erase(sandbox, person), onSuccess: onErase });
  const found = useEvents(person);
  const stays = useStays(person).data?.length ?? 0;
  const events = found.data?.pages.flat().length ?? 0;
  return (
    <Confirm
      title={say("eraseTitle", { id: person.id })}
      verb={say("eraseVerb")}
      danger
      pending={change.isPending}
      error={change.error?.message}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    >
      <p>{found.hasNextPage ? say("eraseAllText", { stays }) : say("eraseText", { events, stays })}</p>
    </Confirm>
  );
}

/** In place of somebody who is being deleted, until nothing is left of them. */
export function Erasing({ person, token }: { person: Identity; token: string }) {
  const say = useSay(words);
  const navigate = useNavigate();
  const done = useErased(token).data?.done ?? false;
  useEffect(() => {
    if (!done) return;
    toast(say("erased"));
    void navigate({ to: "/profiles" });
  }, [done, navigate, say]);
  return (
    <Page title={person.id}>
      <Meter done={0} of={1}>
        {say("erasing")}
      </Meter>
    </Page>
  );
}
