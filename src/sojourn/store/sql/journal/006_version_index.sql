-- What lists look at first, without the documents.
create index version_revisions on journey_version (journey, number, revision);
