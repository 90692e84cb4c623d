# Each command installs what it needs by itself and skips what is already there. See docs/operations.md.
PYTHON ?= python3
LOCAL = $(PYTHON) -m sdgpartners.local
COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-annotate --no-header --no-emit-index-url

.PHONY: help run stop test check bench messages lock

help:
	@echo "make run        the portal on http://127.0.0.1:8000 with its demonstration (PORT=..., DEMO=0)"
	@echo "make stop       stop the portal and its private servers; data is kept"
	@echo "make test       all tests (ARGS='-k name')"
	@echo "make check      style, types, layers, catalogues, migrations, deployment settings"
	@echo "make bench      measurements (ARGS='name')"
	@echo "make messages   bring the Dutch and French catalogues up to date and compile them"
	@echo "make lock       compile the hashed requirements anew"

run:
	@exec $(LOCAL) run

stop:
	@$(LOCAL) stop

test:
	@$(LOCAL) test $(ARGS)

check:
	@$(LOCAL) check

bench:
	@$(LOCAL) bench $(ARGS)

messages:
	@$(LOCAL) messages

lock:
	@$(LOCAL) install test
	@test -x .venv/bin/uv || .venv/bin/python -m pip install --quiet uv
	cd requirements && ../$(COMPILE) run.in -o run.txt && ../$(COMPILE) -c run.txt dev.in -o dev.txt
