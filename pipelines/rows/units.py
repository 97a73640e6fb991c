"""What the columns of rows hold besides text, whole numbers and yes or no."""

import datetime
from typing import NewType

Cents = NewType("Cents", int)
Milli = NewType("Milli", int)
Date = datetime.date
NOTHING = Cents(0)
