"""Objects of the other side without an interface. Normative: spec/wire/proxies.md."""
