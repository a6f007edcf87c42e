"""The CDK app: `cdk synth` and `cdk deploy` start here. Needs no credentials, no network, no Docker."""

import os
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks import STACK
from stacks.addresses import AddressError, is_loopback, remote_addresses
from stacks.fitbit_daily_stack import FitbitDaily
from stacks.settings import SettingError, read_settings
from stacks.settings_file import SettingsFileError, in_force, read_own


def build(
    *,
    environ: Mapping[str, str],
    today: date,
    own: Mapping[str, object] = {},
    context: Mapping[str, object] | None = None,
) -> cdk.App:
    """The app with its one stack. Raises SettingError or AddressError, one sentence each.

    own      the settings that the person has chosen
    context  CDK's; None where its command line hands it on
    """
    app = cdk.App(context=dict(context) if context is not None else None)
    settings = read_settings(in_force(app.node.get_all_context(), own), today=today)
    here = is_loopback(environ.get("AWS_ENDPOINT_URL", ""))
    FitbitDaily(app, STACK, settings=settings, addresses=remote_addresses(environ), here=here)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


if __name__ == "__main__":
    try:
        build(environ=os.environ, today=datetime.now(UTC).date(), own=read_own()).synth()
    except (SettingError, SettingsFileError, AddressError) as error:
        sys.exit(f"fitbit-daily: {error}")
