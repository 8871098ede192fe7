"""Bench of the exposure solver: virtual subjects per second against scipy's LSODA and R's deSolve, in one run.

Run it as ``python -m tests.bench.bench_exposure [SUBJECTS]``. It prints times, ratios and the accuracy reached; nothing is
asserted, since times depend on the machine.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from scipy.integrate import solve_ivp

from tecdata.derive.exposure import Doses, expose
from tecdata.derive.exposure.batches import expose_batches
from tecdata.derive.exposure.population import draw_covariates, draw_system
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure import System
    from tecdata.derive.exposure.system import Entry

DAYS = [0.0, 3, 7, 14, 21, 28]
LEVELS = [0.06, 0.3, 1.5, 1.5, 1.5, 1.5]
GRID = np.arange(401.0)
LSODA_SUBJECTS = 40


def lsoda(system: System, amounts: np.ndarray, n: int, method: str, rtol: float) -> np.ndarray:
    """Concentrations on the grid and the area to day 400: what a script with solve_ivp does."""
    one = {name: float(getattr(system, name)[n]) for name in system.__dataclass_fields__}

    def slope(t: float, y: np.ndarray) -> list[float]:
        c = y[1] / one["central"]
        clearance = one["clearance"] + one["transient"] * np.exp(-one["decay"] * t)
        exchange = one["exchange"] * (c - y[2] / one["peripheral"])
        entering = one["absorption"] * y[0]
        return [-entering, entering - clearance * c - exchange, exchange, c]

    state, found = np.zeros(4), np.zeros(len(GRID))
    for start, end, mg in zip(DAYS, [*DAYS[1:], 400.0], amounts[:, n], strict=True):
        state[0] += one["bioavailability"] * mg
        inside = GRID[(start <= GRID) & (end >= GRID)]
        # The interpolation of DOP853 is less exact than its steps, so these are kept short.
        most = np.inf if method == "LSODA" else 0.5
        run = solve_ivp(
            slope, (start, end), state, method, t_eval=inside, rtol=rtol, atol=1e-12, max_step=most
        )
        found[(start <= GRID) & (end >= GRID)] = run.y[1] / one["central"]
        state = run.y[:, -1].copy()
    return np.append(found, state[3])


def desolve(system: System, amounts: np.ndarray, sample: np.ndarray) -> tuple[float, np.ndarray]:
    """Seconds a subject and profiles of deSolve with a compiled right-hand side (needs R and r-cran-desolve)."""
    names = (
        "absorption",
        "clearance",
        "transient",
        "decay",
        "central",
        "peripheral",
        "exchange",
        "bioavailability",
    )
    columns = [getattr(system, name)[sample] for name in names]
    table = np.column_stack([*columns, amounts[:, sample].T])
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "parameters.csv", Path(folder) / "profiles.csv"
        header = ",".join([*names, *[f"dose{n}" for n in range(1, 7)]])
        np.savetxt(given, table, delimiter=",", header=header, comments="", fmt="%.17g")
        script = Path(__file__).with_name("exposure_desolve.R")
        done = subprocess.run(
            ["Rscript", str(script), str(given), str(found)],
            capture_output=True,
            text=True,
            check=True,
        )
        profiles = np.loadtxt(found, delimiter=",", skiprows=1).T
    return float(done.stdout.split()[-1]) / 1e6, profiles


def own_times(system: System, amounts: np.ndarray) -> float:
    """Seconds a subject where each of 2,000 subjects has dose times of its own, given up to a week late."""
    few = np.arange(min(2_000, system.size))
    rng = np.random.default_rng(1)
    late = np.cumsum(rng.integers(0, 8, (len(DAYS), len(few))), axis=0)
    late[0] = 0
    times: NDArray[np.float64] = np.array(DAYS)[:, None] + late.astype(float)
    entry: tuple[Entry, ...] = ("depot",) * 6
    doses = Doses(times, amounts[:, few], entry, np.zeros(times.shape))
    edges: NDArray[np.float64] = np.vstack([times, times[-1:] + 7.0])
    before = time.process_time()
    expose(system.take(few), doses, threshold=6.04, grid=GRID, intervals=edges)
    return (time.process_time() - before) / len(few)


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    model = load_specs(Path(__file__).parents[2] / "specs").pk["teclistamab_miao_2023"]
    covariates = draw_covariates(model, size, 1)
    system = draw_system(model, covariates, 1)
    amounts = np.outer(LEVELS, covariates["WT"])
    doses = Doses(np.array(DAYS), amounts, ("depot",) * 6, np.zeros(6))
    sample = np.linspace(0, size - 1, LSODA_SUBJECTS).astype(int)

    before = time.process_time()
    reference = np.array([lsoda(system, amounts, n, "LSODA", 1e-8) for n in sample])
    slow = (time.process_time() - before) / len(sample)
    before = time.process_time()
    for _, _exposure in expose_batches(system, doses, threshold=6.04, grid=GRID):
        pass
    fast = (time.process_time() - before) / size
    exact = np.array([lsoda(system, amounts, n, "DOP853", 1e-12)[:-1] for n in sample[:10]])
    few = sample[:10]
    mine = expose(system.take(few), doses.take(few), threshold=6.04, grid=GRID).profile.T
    peak = exact.max(axis=1, keepdims=True)
    error = np.abs(mine / np.where(exact > 1e-4 * peak, exact, np.nan) - 1)
    click.echo(f"LSODA, rtol 1e-8, daily grid and area     {slow * 1e6:10.0f} us a subject")
    click.echo(
        f"exposure, daily grid and all parameters   {fast * 1e6:10.1f} us a subject, {size} subjects"
    )
    click.echo(f"ratio                                     {slow / fast:10.0f}")
    click.echo(
        f"largest relative error, exposure          {np.nanmax(error):10.1e} against DOP853 at 1e-12"
    )
    error = np.abs(reference[:10, :-1] / np.where(exact > 1e-4 * peak, exact, np.nan) - 1)
    click.echo(f"largest relative error, LSODA             {np.nanmax(error):10.1e}")
    own = own_times(system, amounts)
    click.echo(f"each of 2,000 with its own dose times      {own * 1e6:9.0f} us a subject")
    if shutil.which("Rscript"):
        seconds, profiles = desolve(system, amounts, sample)
        error = np.abs(profiles[:10] / np.where(exact > 1e-4 * peak, exact, np.nan) - 1)
        click.echo(f"R deSolve, compiled right-hand side       {seconds * 1e6:10.0f} us a subject")
        click.echo(f"ratio to it                               {seconds / fast:10.1f}")
        click.echo(f"largest relative error, deSolve           {np.nanmax(error):10.1e}")
    click.echo(
        f"peak memory                               {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:10.2f} GB"
    )


if __name__ == "__main__":
    main()
