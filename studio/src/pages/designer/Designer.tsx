import { useParams } from "@tanstack/react-router";
/** The designer. */
export default function Designer() {
  const { name } = useParams({ from: "/journeys/$name" });
  return <p>{name}</p>;
}
