"""Nothing of Evoke needs a network: the same installation, cut off from everything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.processes import ROOT

pytestmark = pytest.mark.unmeasured

NAMESPACE = ["unshare", "--net"]
if os.geteuid() != 0:
    # As the same user, and not as a root that can become nobody else; the loopback interface asks for capabilities.
    NAMESPACE += ["--map-current-user", "--keep-caps"]


def can_be_cut_off() -> bool:
    try:
        return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not can_be_cut_off(), reason="no network namespaces here")
def test_everything_works_without_a_network(tmp_path: Path) -> None:
    ran = subprocess.run(
        [*NAMESPACE, sys.executable, "-m", "tests.end_to_end.bad_luck.offline", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=200,
        cwd=ROOT,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    seen = json.loads(ran.stdout)
    assert seen["cut_off"] is True
    photo = seen["photo"]
    assert (photo["processing"]["state"], photo["processing"]["errors"]) == ("done", [])
    assert (photo["location"]["country_code"], photo["time_zone"]) == ("PT", "Europe/Lisbon")
    assert seen["found"] == [photo["id"]]
    assert (seen["thumbnail"], seen["ready"], seen["status"]) == (200, "ready", 0)
    assert set(seen["assets"]) == {200}
    assert "Traceback" not in seen["said"]
