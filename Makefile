# Each target is one script in scripts/, which tells more with --help.
.DEFAULT_GOAL := help
.PHONY: help demo test check messages bench

help: ## say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

demo: ## run Waarborg on this machine with invented data
	@scripts/environment.sh runtime
	@$${WAARBORG_VENV:-.venv}/bin/python -m demo

test: ## check the code and run the whole suite
	@scripts/test.sh

check: ## check style, types, layers, migrations and translations
	@scripts/machine.sh venv gettext
	@scripts/environment.sh dev
	@scripts/check.sh

messages: ## update and compile the Dutch catalogue
	@scripts/environment.sh dev
	@scripts/messages.sh

bench: ## measure logging in, and a flood of wrong log-ins
	@scripts/bench.sh
