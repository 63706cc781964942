"""What stands beside the data in a pack, for who has nothing but the pack."""

TOLD = """A proof pack of Xingdun: how one clause stood on one day, and what shows it.

READ-ME.txt        this text
pack.json          the index: clause, duties, answers, records, decisions, evidence, digests of all other members
report.pdf, .docx  the same for reading
posture.ndjson     the whole posture of the day, one answer a line, sorted; SHA-256 of the file is the day's digest
entries/N.json     ledger entries as they were written; N is their leaf in the ledger
entries/N.tlog-proof  proof that the entry stands there (C2SP tlog-proof), all under one checkpoint
checkpoint         that checkpoint: the signed statement of the ledger's size and root (C2SP tlog-checkpoint)
keys.txt           the public keys it is signed with (C2SP vkey lines): compare them with a copy you already trust
decisions/*.json   what a person signed; *.sig their signature over exactly these bytes (Ed25519, or SM2 in DER)
signature-keys/    the public keys of these people in PEM; a ledger entry (personalkey.create) says whose each is
evidence/          files brought as evidence, as far as the reader's roles reach; of others pack.json has the digests
seal/entry.json    the ledger entry that bears SHA-256 of pack.json; seal/entry.tlog-proof its proof

To check it all:   xingdun verify THIS-FILE --keys YOUR-COPY-OF-THE-KEYS

With public tools: SHA-256 of pack.json is `pack` in seal/entry.json; each member's SHA-256 stands in pack.json;
a leaf is SHA-256 of 0x00 and an entry's bytes, a node of 0x01 and both children (RFC 9162, 2.1.1): follow the path in
the .tlog-proof to the root in the checkpoint. docs/proofs.md of the platform has the lines to run.

本文件为杏盾证明包：说明某一条款在某一天的状态及其依据。核验：xingdun verify 本文件 --keys 您自存的公钥。
"""
