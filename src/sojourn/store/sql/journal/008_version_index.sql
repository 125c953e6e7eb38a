-- What lists look at first, without the documents.
create index if not exists version_revisions on journey_version (journey, number, revision);
