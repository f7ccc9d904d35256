"""Schema texts: what an interface looks like on the wire. Normative: spec/wire/schema.md."""
