"""The alerts on the Overview: what is beyond its limits or target, since when, how sure, and where to look."""

import streamlit as st

from dashboards import alert_data, words
from dashboards.alert_data import Shown
from dashboards.controls import View

MOST = 3
BROADER = "Whatever the filters above say: a rule watches its own cell, over all its months."


def show(view: View) -> None:
    """At most three alerts, each with its two links; nothing at all where nothing is broken."""
    alerts = alert_data.broken(view.build)
    if not alerts:
        return
    more = len(alerts) - MOST
    foot = f"<p class='db-n'>{_link('trends', f'{more} more on the page Trends')}</p>" if more > 0 else ""
    said = "".join(_alert(alert) for alert in alerts[:MOST])
    st.html(f"<section class='db-alerts' aria-label='Alerts' title='{BROADER}'>{said}{foot}</section>")


def _alert(alert: Shown) -> str:
    new = "<span class='db-new'>new</span> " if alert.is_new else ""
    what = f"{new}<b>{words.markup(alert.what)}</b>, {words.markup(alert.since)}"
    links = f"{_link(alert.view, 'Trend and limits')} · {_link(alert.lines, 'The denied lines')}"
    return (
        f"<div class='db-alert'>{what}<br>"
        f"<span class='db-n'>{words.markup(alert.sure)}{words.markup(_mail(alert))}</span><br>{links}</div>"
    )


def _mail(alert: Shown) -> str:
    """That somebody who should have a mail has none."""
    return f"; not mailed yet to {words.listed(alert.untold)}" if alert.untold else ""


def _link(address: str, label: str) -> str:
    """A plain link: Streamlit's own would let what the session remembers of a filter win over the address."""
    return f"<a class='db-link' href='{words.markup(address)}' target='_self'>{words.markup(label)}</a>"
