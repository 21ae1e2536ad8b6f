"""What invented photos are made of. Places and their coordinates are real, from GeoNames."""

# City, state, country, country code, latitude, longitude, time zone.
CITIES: tuple[tuple[str, str, str, str, float, float, str], ...] = (
    ("Lisbon", "Lisbon", "Portugal", "PT", 38.7167, -9.1333, "Europe/Lisbon"),
    ("Porto", "Porto", "Portugal", "PT", 41.1496, -8.6110, "Europe/Lisbon"),
    ("Barcelona", "Catalonia", "Spain", "ES", 41.3888, 2.1590, "Europe/Madrid"),
    ("Paris", "Île-de-France", "France", "FR", 48.8534, 2.3488, "Europe/Paris"),
    ("Berlin", "Berlin", "Germany", "DE", 52.5244, 13.4105, "Europe/Berlin"),
    ("München", "Bavaria", "Germany", "DE", 48.1374, 11.5755, "Europe/Berlin"),
    ("Vienna", "Vienna", "Austria", "AT", 48.2085, 16.3721, "Europe/Vienna"),
    ("Zürich", "Zurich", "Switzerland", "CH", 47.3667, 8.5500, "Europe/Zurich"),
    ("Rome", "Latium", "Italy", "IT", 41.8919, 12.5113, "Europe/Rome"),
    ("Oslo", "Oslo", "Norway", "NO", 59.9127, 10.7461, "Europe/Oslo"),
    ("Tartu", "Tartu", "Estonia", "EE", 58.3806, 26.7251, "Europe/Tallinn"),
    ("Athens", "Attica", "Greece", "GR", 37.9838, 23.7278, "Europe/Athens"),
    ("London", "England", "United Kingdom", "GB", 51.5085, -0.1257, "Europe/London"),
    ("Cork", "Munster", "Ireland", "IE", 51.8980, -8.4706, "Europe/Dublin"),
    ("Reykjavík", "Capital Region", "Iceland", "IS", 64.1355, -21.8954, "Atlantic/Reykjavik"),
    ("Istanbul", "Istanbul", "Turkey", "TR", 41.0138, 28.9497, "Europe/Istanbul"),
    ("Accra", "Greater Accra", "Ghana", "GH", 5.5560, -0.1969, "Africa/Accra"),
    ("Nairobi", "Nairobi", "Kenya", "KE", -1.2833, 36.8167, "Africa/Nairobi"),
    ("Cape Town", "Western Cape", "South Africa", "ZA", -33.9258, 18.4232, "Africa/Johannesburg"),
    ("Mumbai", "Maharashtra", "India", "IN", 19.0728, 72.8826, "Asia/Kolkata"),
    ("Kathmandu", "Bagmati", "Nepal", "NP", 27.7017, 85.3206, "Asia/Kathmandu"),
    ("Bangkok", "Bangkok", "Thailand", "TH", 13.7540, 100.5014, "Asia/Bangkok"),
    ("Kyoto", "Kyoto", "Japan", "JP", 35.0210, 135.7538, "Asia/Tokyo"),
    ("Tokyo", "Tokyo", "Japan", "JP", 35.6895, 139.6917, "Asia/Tokyo"),
    ("Sydney", "New South Wales", "Australia", "AU", -33.8678, 151.2073, "Australia/Sydney"),
    ("Auckland", "Auckland", "New Zealand", "NZ", -36.8485, 174.7635, "Pacific/Auckland"),
    ("New York City", "New York", "United States", "US", 40.7143, -74.0060, "America/New_York"),
    ("Chicago", "Illinois", "United States", "US", 41.8500, -87.6500, "America/Chicago"),
    ("San Francisco", "California", "United States", "US", 37.7749, -122.4194, "America/Los_Angeles"),
    ("Mexico City", "Mexico City", "Mexico", "MX", 19.4285, -99.1277, "America/Mexico_City"),
    ("Quito", "Pichincha", "Ecuador", "EC", -0.2299, -78.5250, "America/Guayaquil"),
    ("Buenos Aires", "Buenos Aires F.D.", "Argentina", "AR", -34.6132, -58.3772, "America/Argentina/Buenos_Aires"),
)
HOME = 8
"""Which city most photos are from, counted from one."""

# Make, model, lens, f-number, focal length in mm; a later one replaces an earlier one in the course of the years.
CAMERAS: tuple[tuple[str, str, str, float, float], ...] = (
    ("Canon", "Canon PowerShot A620", "7.3-29.2 mm", 2.8, 7.3),
    ("NIKON CORPORATION", "NIKON D90", "18-105 mm f/3.5-5.6", 5.6, 35.0),
    ("Apple", "iPhone 5s", "iPhone 5s back camera 4.15mm f/2.2", 2.2, 4.15),
    ("FUJIFILM", "X-T20", "XF23mmF2 R WR", 4.0, 23.0),
    ("Google", "Pixel 4a", "Pixel 4a back camera 4.38mm f/1.73", 1.73, 4.38),
    ("Apple", "iPhone 15 Pro", "iPhone 15 Pro back triple camera 6.765mm f/1.78", 1.78, 6.765),
)
TAGS = (
    "beach",
    "mountains",
    "family",
    "birthday",
    "garden",
    "sunflower",
    "snow",
    "food",
    "museum",
    "bicycle",
    "train",
    "sunset",
)
WORDS = (
    "A walk by the water",
    "Dinner with friends",
    "The view from the tower",
    "Market day",
    "First snow",
    "On the way home",
)
